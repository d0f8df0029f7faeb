using System.Collections.Frozen;
using System.Globalization;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>
/// Decompositions, compositions and combining classes, read once from the embedded <c>canonical.txt</c> and
/// <c>compatibility.txt</c> (Unicode 9.0, made as their heads say). Compiled in because tokens must not depend on which ICU a host
/// has.
/// </summary>
internal sealed class DecompositionData
{
    private static readonly Lazy<DecompositionData> Shared = new(Read);
    private static readonly Lazy<FrozenDictionary<int, int[]>> Compatibility = new(ReadCompatibility);

    private readonly FrozenDictionary<int, byte> _classes;
    private readonly FrozenDictionary<int, (int First, int Second)> _decompositions;
    private readonly FrozenDictionary<long, int> _compositions;
    private readonly FrozenSet<int> _notInert;

    private DecompositionData(
        Dictionary<int, byte> classes,
        Dictionary<int, (int First, int Second)> decompositions,
        Dictionary<long, int> compositions,
        HashSet<int> excluded)
    {
        _classes = classes.ToFrozenDictionary();
        _decompositions = decompositions.ToFrozenDictionary();
        _compositions = compositions.ToFrozenDictionary();
        _notInert = classes.Keys.Concat(excluded).Concat(compositions.Keys.Select(pair => (int)pair)).ToFrozenSet();
    }

    public static DecompositionData Instance => Shared.Value;

    /// <summary>Canonical combining class; 0 is a starter.</summary>
    public byte Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>
    /// False when the character stands fast: it stays as it is, and no character before it changes because of it.
    /// </summary>
    public bool MayChange(int codePoint, bool compatibility, bool compose)
    {
        bool canonically = compose
            ? Hangul.IsVowelOrTrailing(codePoint) || _notInert.Contains(codePoint)
            : Hangul.IsSyllable(codePoint) || _decompositions.ContainsKey(codePoint) || _classes.ContainsKey(codePoint);
        return canonically || (compatibility && Compatibility.Value.ContainsKey(codePoint));
    }

    /// <summary>The whole compatibility decomposition; null where it is the canonical one.</summary>
    public int[]? CompatibilityDecomposition(int codePoint) => Compatibility.Value.GetValueOrDefault(codePoint);

    /// <summary>One step of decomposition; <c>Second</c> is -1 for a singleton.</summary>
    public bool TryDecompose(int codePoint, out (int First, int Second) parts) => _decompositions.TryGetValue(codePoint, out parts);

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue(PairKey(first, second), out composed);

    private static long PairKey(int first, int second) => ((long)first << 32) | (uint)second;

    private static DecompositionData Read()
    {
        var classes = new Dictionary<int, byte>();
        var decompositions = new Dictionary<int, (int First, int Second)>();
        var compositions = new Dictionary<long, int>();
        var excluded = new HashSet<int>();

        using StreamReader reader = Open("canonical.txt");
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ');
            switch (fields[0])
            {
                case "c":
                    string[] range = fields[1].Split('-');
                    for (int codePoint = Hex(range[0]); codePoint <= Hex(range[^1]); codePoint++)
                    {
                        classes.Add(codePoint, byte.Parse(fields[2], CultureInfo.InvariantCulture));
                    }

                    break;
                case "d":
                    decompositions.Add(Hex(fields[1]), (Hex(fields[2]), Hex(fields[3])));
                    compositions.Add(PairKey(Hex(fields[2]), Hex(fields[3])), Hex(fields[1]));
                    break;
                case "x":
                    decompositions.Add(Hex(fields[1]), (Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : -1));
                    excluded.Add(Hex(fields[1]));
                    break;
            }
        }

        return new DecompositionData(classes, decompositions, compositions, excluded);
    }

    private static FrozenDictionary<int, int[]> ReadCompatibility()
    {
        var decompositions = new Dictionary<int, int[]>();
        using StreamReader reader = Open("compatibility.txt");
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                int[] codePoints = [.. line.Split(' ').Select(Hex)];
                decompositions.Add(codePoints[0], codePoints[1..]);
            }
        }

        return decompositions.ToFrozenDictionary();
    }

    private static StreamReader Open(string name) =>
        new(typeof(DecompositionData).Assembly.GetManifestResourceStream($"Godwit.Worker.{name}")!);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
