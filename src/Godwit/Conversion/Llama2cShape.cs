using System.Buffers.Binary;

namespace Godwit.CommandLine.Conversion;

/// <summary>The seven numbers at the head of a version 0 llama2.c checkpoint, checked.</summary>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="HiddenDim">Width of the feed-forward layers.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="Vocabulary">Number of tokens.</param>
/// <param name="Context">Longest sequence in tokens.</param>
/// <param name="TiedClassifier">Whether the output projection is the embedding matrix; the file says no by a negative vocabulary size.</param>
internal sealed record Llama2cShape(
    int Dim, int HiddenDim, int Layers, int Heads, int KvHeads, int Vocabulary, int Context, bool TiedClassifier)
{
    public const int HeaderBytes = 7 * sizeof(int);

    /// <summary>First word of the later, versioned exports ("ak42").</summary>
    private const int VersionedMagic = 0x616b3432;

    public int HeadDim => Dim / Heads;

    public int KvDim => KvHeads * HeadDim;

    /// <summary>What a checkpoint of this shape must weigh.</summary>
    public long FileBytes
    {
        get
        {
            long dim = Dim;
            var perLayer = (2 * dim) + (2 * dim * dim) + (2 * dim * KvDim) + (3 * dim * HiddenDim);
            var classifier = TiedClassifier ? 0 : Vocabulary * dim;
            var rotations = (long)Context * HeadDim;
            return HeaderBytes + (sizeof(float) * ((Vocabulary * dim) + (Layers * perLayer) + dim + rotations + classifier));
        }
    }

    public static Llama2cShape Parse(string file, ReadOnlySpan<byte> header)
    {
        Span<int> numbers = stackalloc int[7];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(header[(i * sizeof(int))..]);
        if (numbers[0] == VersionedMagic)
            throw new ConversionException(file, "is a versioned llama2.c export; only version 0 (no magic number) is converted");

        // Bounds that real models keep: a file that is something else shows here, before anything is allocated.
        var vocabulary = numbers[5] == int.MinValue ? int.MaxValue : Math.Abs(numbers[5]);
        RequireRange(file, "dimension", numbers[0], 1 << 17);
        RequireRange(file, "hidden dimension", numbers[1], 1 << 20);
        RequireRange(file, "number of layers", numbers[2], 1024);
        RequireRange(file, "number of heads", numbers[3], 4096);
        RequireRange(file, "number of key/value heads", numbers[4], numbers[3]);
        RequireRange(file, "vocabulary size", vocabulary, 1 << 22);
        RequireRange(file, "context length", numbers[6], 1 << 24);
        if (numbers[0] % numbers[3] != 0 || numbers[0] / numbers[3] % 2 != 0 || numbers[3] % numbers[4] != 0)
            throw new ConversionException(file, $"is not a llama2.c checkpoint: {numbers[3]} heads do not divide {numbers[0]} into even parts");
        return new Llama2cShape(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], vocabulary, numbers[6], numbers[5] > 0);
    }

    private static void RequireRange(string file, string what, int value, int most)
    {
        if (value < 1 || value > most)
            throw new ConversionException(file, $"is not a llama2.c checkpoint: its {what} would be {value}");
    }
}
