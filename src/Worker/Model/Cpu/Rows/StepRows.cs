namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>The rows of one forward pass, allocated once for the largest step.</summary>
internal sealed class StepRows(ModelConfig config, int maxRows) : IDisposable
{
    /// <summary>Residual stream, [rows, hidden].</summary>
    public RowMemory Hidden { get; } = new(maxRows, config.HiddenSize);

    /// <summary>Normed residual, [rows, hidden].</summary>
    public RowMemory Normed { get; } = new(maxRows, config.HiddenSize);

    /// <summary>Queries, keys and values, [rows, heads·d + 2·kvHeads·d].</summary>
    public RowMemory Qkv { get; } = new(maxRows, (config.HeadCount + (2 * config.KvHeadCount)) * config.HeadDim);

    /// <summary>What attention read, [rows, heads·d].</summary>
    public RowMemory Attended { get; } = new(maxRows, config.HeadCount * config.HeadDim);

    /// <summary>What a sub-layer adds to the residual, [rows, hidden].</summary>
    public RowMemory Delta { get; } = new(maxRows, config.HiddenSize);

    /// <summary>Gate and up products, [rows, 2·intermediate]; [rows, intermediate] without a gate.</summary>
    public RowMemory GateUp { get; } = new(maxRows, config.UpWidth);

    /// <summary>What the down projection reads, [rows, intermediate].</summary>
    public RowMemory Gated { get; } = new(maxRows, config.IntermediateSize);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RowMemory rows in (ReadOnlySpan<RowMemory>)[Hidden, Normed, Qkv, Attended, Delta, GateUp, Gated])
        {
            rows.Dispose();
        }
    }
}
