namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>A set of Unicode scalar values (no surrogates), as sorted ranges that neither touch nor overlap. Immutable.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    /// <summary>Highest code point.</summary>
    public const int Max = 0x10FFFF;

    private CodePointSet((int Low, int High)[] ranges) => Ranges = ranges;

    /// <summary>No code point.</summary>
    public static CodePointSet Empty { get; } = new([]);

    /// <summary>Every scalar value.</summary>
    public static CodePointSet All { get; } = Of((0, Max));

    /// <summary>The ranges, both ends inclusive.</summary>
    public IReadOnlyList<(int Low, int High)> Ranges { get; }

    /// <summary>True when nothing is in it.</summary>
    public bool IsEmpty => Ranges.Count == 0;

    /// <summary>One code point.</summary>
    public static CodePointSet Single(int codePoint) => Of((codePoint, codePoint));

    /// <summary>The union of ranges in any order; surrogates are left out.</summary>
    public static CodePointSet Of(params IEnumerable<(int Low, int High)> ranges)
    {
        var merged = new List<(int Low, int High)>();
        foreach ((int low, int high) in ranges.SelectMany(WithoutSurrogates).OrderBy(r => r.Low))
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1)
            {
                merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, high));
            }
            else
            {
                merged.Add((low, high));
            }
        }

        return new CodePointSet([.. merged]);
    }

    /// <summary>What is in either.</summary>
    public CodePointSet Union(CodePointSet other) => Of(Ranges.Concat(other.Ranges));

    /// <summary>Every scalar value that is not in it.</summary>
    public CodePointSet Complement()
    {
        var gaps = new List<(int, int)>();
        int next = 0;
        foreach ((int low, int high) in Ranges)
        {
            if (low > next)
            {
                gaps.Add((next, low - 1));
            }

            next = high + 1;
        }

        if (next <= Max)
        {
            gaps.Add((next, Max));
        }

        return Of(gaps);
    }

    public bool Equals(CodePointSet? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode() => Ranges.Aggregate(Ranges.Count, HashCode.Combine);

    private static IEnumerable<(int Low, int High)> WithoutSurrogates((int Low, int High) range)
    {
        if (range.Low <= Math.Min(range.High, 0xD7FF))
        {
            yield return (range.Low, Math.Min(range.High, 0xD7FF));
        }

        if (Math.Max(range.Low, 0xE000) <= range.High)
        {
            yield return (Math.Max(range.Low, 0xE000), range.High);
        }
    }
}
