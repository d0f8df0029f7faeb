namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>The weights of up to four outputs; where there are fewer, the last is computed again and not stored.</summary>
internal readonly unsafe struct FourOutputs
{
    /// <summary>Outputs of a tile.</summary>
    public const int Most = 4;

    // Memory takes as long to answer as some of these take to be read.
    private const int AheadBytes = 6 * 1024;

    /// <param name="tile">Where they are.</param>
    /// <param name="output">The first of them.</param>
    /// <param name="ahead">See <see cref="Ahead"/>.</param>
    public FourOutputs(in DenseTile tile, int output, long ahead)
    {
        Count = Math.Min(Most, tile.Outputs - output);
        Row0 = tile.Weights + (output * tile.WeightStride);
        Row1 = Row0 + (Math.Min(1, Count - 1) * tile.WeightStride);
        Row2 = Row0 + (Math.Min(2, Count - 1) * tile.WeightStride);
        Row3 = Row0 + (Math.Min(3, Count - 1) * tile.WeightStride);
        Ahead = ahead;
    }

    public int Count { get; }

    public byte* Row0 { get; }

    public byte* Row1 { get; }

    public byte* Row2 { get; }

    public byte* Row3 { get; }

    /// <summary>Bytes from here to the outputs that are asked for meanwhile.</summary>
    public static long Distance(in DenseTile tile) => Math.Max(1, AheadBytes / (Most * tile.WeightStride)) * Most * tile.WeightStride;

    /// <summary>Bytes from here to what is asked for meanwhile; 0 asks for nothing new.</summary>
    public long Ahead { get; init; }
}
