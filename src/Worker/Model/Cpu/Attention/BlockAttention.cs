namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>Causal attention over block tables that are read in place, whatever the number format of the KV cache.</summary>
internal abstract unsafe class BlockAttention : IDisposable
{
    /// <summary>Bytes of the KV blocks.</summary>
    public abstract BlockMemory Memory { get; }

    /// <summary>Most rows of a run.</summary>
    public abstract int RowsOfRun { get; }

    /// <summary>Puts one row's K and V of one head, [headDim] each, into its block.</summary>
    public abstract void Store(int layer, int position, ReadOnlySpan<int> blockTable, int kvHead, float* keys, float* values);

    /// <summary>
    /// Attends from the rows of a run to the positions up to their own that the layer sees, for the query heads of one KV head; the K and V
    /// of all rows are stored already.
    /// </summary>
    /// <param name="layer">Layer.</param>
    /// <param name="run">The rows, at most <see cref="RowsOfRun"/>.</param>
    /// <param name="kvHead">The KV head.</param>
    /// <param name="queries">Queries of the run's first row, [heads, headDim].</param>
    /// <param name="queryStride">Floats from a row's queries to the next row's.</param>
    /// <param name="output">Outputs of the run's first row, [heads, headDim].</param>
    /// <param name="outputStride">Floats from a row's outputs to the next row's.</param>
    /// <param name="thread">Number of the calling thread, which has memory of its own.</param>
    /// <param name="goesOn">Whether the next call is for the same run's next KV head.</param>
    public abstract void Attend(
        int layer, in RowRun run, int kvHead, float* queries, long queryStride, float* output, long outputStride, int thread, bool goesOn);

    /// <inheritdoc/>
    public abstract void Dispose();
}
