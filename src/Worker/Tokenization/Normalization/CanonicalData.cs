using System.Collections.Frozen;
using System.Globalization;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>
/// Canonical decompositions, compositions and combining classes, read once from the embedded <c>canonical.txt</c> (Unicode 14.0,
/// made as its head says). Compiled in because tokens must not depend on which ICU a host has.
/// </summary>
internal sealed class CanonicalData
{
    private static readonly Lazy<CanonicalData> Shared = new(Read);

    private readonly FrozenDictionary<int, byte> _classes;
    private readonly FrozenDictionary<int, (int First, int Second)> _decompositions;
    private readonly FrozenDictionary<long, int> _compositions;
    private readonly FrozenSet<int> _notInert;

    private CanonicalData(
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

    public static CanonicalData Instance => Shared.Value;

    /// <summary>Canonical combining class; 0 is a starter.</summary>
    public byte Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>True when the character may change under NFC, by itself or after another one.</summary>
    public bool MayChange(int codePoint) => Hangul.IsVowelOrTrailing(codePoint) || _notInert.Contains(codePoint);

    /// <summary>One step of decomposition; <c>Second</c> is -1 for a singleton.</summary>
    public bool TryDecompose(int codePoint, out (int First, int Second) parts) => _decompositions.TryGetValue(codePoint, out parts);

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue(PairKey(first, second), out composed);

    private static long PairKey(int first, int second) => ((long)first << 32) | (uint)second;

    private static CanonicalData Read()
    {
        var classes = new Dictionary<int, byte>();
        var decompositions = new Dictionary<int, (int First, int Second)>();
        var compositions = new Dictionary<long, int>();
        var excluded = new HashSet<int>();

        using Stream stream = typeof(CanonicalData).Assembly.GetManifestResourceStream("Godwit.Worker.canonical.txt")!;
        using var reader = new StreamReader(stream);
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

        return new CanonicalData(classes, decompositions, compositions, excluded);
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
