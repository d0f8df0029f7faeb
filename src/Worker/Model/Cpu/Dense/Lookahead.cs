namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// What to ask memory for while outputs are multiplied: the weights of those a little further on, cut into as many shares as the rows are
/// cut into tiles, and asked for little by little, for memory cannot answer many questions at once.
/// </summary>
/// <param name="tile">The outputs.</param>
/// <param name="groupBytes">Bytes of a group of weights.</param>
/// <param name="passes">Tiles of rows.</param>
internal readonly struct Lookahead(in DenseTile tile, int groupBytes, int passes)
{
    // Memory takes as long to answer as some of these take to be read.
    private const int LeastDistance = 6 * 1024;

    /// <summary>Bytes from the weights of four outputs to those to ask for, of the same output of a later four.</summary>
    public long Distance { get; } = Math.Max(1, LeastDistance / (FourOutputs.Most * tile.WeightStride)) * FourOutputs.Most * tile.WeightStride;

    /// <summary>Bytes of an output's weights that each pass asks for.</summary>
    public long Share { get; } = tile.WeightStride / passes;

    /// <summary>Bytes to go on by with every group.</summary>
    public long Step { get; } = groupBytes / passes;
}
