namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>The weights of up to four outputs, and what to ask memory for while a tile of rows is multiplied with them.</summary>
internal readonly unsafe struct FourOutputs
{
    /// <summary>Outputs of a tile.</summary>
    public const int Most = 4;

    /// <param name="tile">Where they are.</param>
    /// <param name="output">The first of them; where there are fewer than four, the last is computed again and not stored.</param>
    /// <param name="ahead">What to ask for.</param>
    /// <param name="pass">Which tile of rows it is.</param>
    public FourOutputs(in DenseTile tile, int output, in Lookahead ahead, int pass)
    {
        Count = Math.Min(Most, tile.Outputs - output);
        Row0 = tile.Weights + (output * tile.WeightStride);
        Row1 = Row0 + (Math.Min(1, Count - 1) * tile.WeightStride);
        Row2 = Row0 + (Math.Min(2, Count - 1) * tile.WeightStride);
        Row3 = Row0 + (Math.Min(3, Count - 1) * tile.WeightStride);
        Next = Row0 + ahead.Distance + (pass * ahead.Share);
        NextStride = tile.WeightStride;
        NextStep = ahead.Step;
    }

    public int Count { get; }

    public byte* Row0 { get; }

    public byte* Row1 { get; }

    public byte* Row2 { get; }

    public byte* Row3 { get; }

    /// <summary>What to ask for first, of the first of the later outputs; asking for what does not exist is allowed.</summary>
    public byte* Next { get; }

    /// <summary>Bytes to the same of the next output.</summary>
    public long NextStride { get; }

    /// <summary>Bytes to go on by with every group.</summary>
    public long NextStep { get; }
}
