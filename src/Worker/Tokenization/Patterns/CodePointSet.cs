using System.Runtime.InteropServices;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>A set of Unicode code points, as sorted ranges that neither overlap nor touch. Immutable.</summary>
internal sealed class CodePointSet
{
    public const int Highest = 0x10FFFF;

    private readonly (int First, int Last)[] _ranges;

    private CodePointSet((int First, int Last)[] ranges) => _ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = new([(0, Highest)]);

    /// <summary>The ranges, both ends included, ascending.</summary>
    public ReadOnlySpan<(int First, int Last)> Ranges => _ranges;

    public static CodePointSet Of(int codePoint) => new([(codePoint, codePoint)]);

    /// <param name="ranges">In any order; may overlap. Both ends are included.</param>
    public static CodePointSet OfRanges(params IEnumerable<(int First, int Last)> ranges)
    {
        var joined = new List<(int First, int Last)>();
        foreach ((int first, int last) in ranges.OrderBy(range => range.First))
        {
            if (joined.Count > 0 && first <= joined[^1].Last + 1)
            {
                CollectionsMarshal.AsSpan(joined)[^1].Last = Math.Max(joined[^1].Last, last);
            }
            else
            {
                joined.Add((first, last));
            }
        }

        return new CodePointSet([.. joined]);
    }

    public static CodePointSet Union(params IEnumerable<CodePointSet> sets) => OfRanges(sets.SelectMany(set => set._ranges));

    public CodePointSet Intersect(CodePointSet other) => Union(Complement(), other.Complement()).Complement();

    public CodePointSet Complement()
    {
        var gaps = new List<(int First, int Last)>();
        int next = 0;
        foreach ((int first, int last) in _ranges)
        {
            if (first > next)
            {
                gaps.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Highest)
        {
            gaps.Add((next, Highest));
        }

        return new CodePointSet([.. gaps]);
    }

    public bool Contains(int codePoint)
    {
        int low = 0;
        int high = _ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (codePoint < _ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (codePoint > _ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
