namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// The weights of up to four outputs, and what to ask memory for while they are multiplied with one of the tiles that the rows are cut
/// into: its share of the next four's, little by little, for memory cannot answer many questions at once.
/// </summary>
internal readonly unsafe struct FourOutputs
{
    /// <summary>Outputs of a tile.</summary>
    public const int Most = 4;

    // Memory takes as long to answer as some of these take to be read.
    private const int LeastDistance = 6 * 1024;

    /// <param name="tile">Where they are.</param>
    /// <param name="output">The first of them; where there are fewer than four, the last is computed again and not stored.</param>
    /// <param name="groupBytes">Bytes of a group of weights.</param>
    /// <param name="pass">Which tile of rows it is.</param>
    /// <param name="passes">How many there are.</param>
    public FourOutputs(in DenseTile tile, int output, int groupBytes, int pass, int passes)
    {
        Count = Math.Min(Most, tile.Outputs - output);
        Row0 = tile.Weights + (output * tile.WeightStride);
        Row1 = Row0 + (Math.Min(1, Count - 1) * tile.WeightStride);
        Row2 = Row0 + (Math.Min(2, Count - 1) * tile.WeightStride);
        Row3 = Row0 + (Math.Min(3, Count - 1) * tile.WeightStride);
        Next = Row0 + Distance(tile) + (tile.WeightStride * pass / passes);
        NextStride = tile.WeightStride;
        NextStep = groupBytes / passes;
    }

    public int Count { get; }

    public byte* Row0 { get; }

    public byte* Row1 { get; }

    public byte* Row2 { get; }

    public byte* Row3 { get; }

    /// <summary>What to ask for first, of the first of the next outputs; asking for what does not exist is allowed.</summary>
    public byte* Next { get; }

    /// <summary>Bytes to the same of the next output.</summary>
    public long NextStride { get; }

    /// <summary>Bytes to go on by with every group.</summary>
    public long NextStep { get; }

    /// <summary>Bytes from the weights of four outputs to those that are to be asked for meanwhile.</summary>
    public static long Distance(in DenseTile tile) => Math.Max(1, LeastDistance / (Most * tile.WeightStride)) * Most * tile.WeightStride;
}
