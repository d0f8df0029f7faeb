namespace Godwit.Worker.Model;

/// <summary>The row buffers of one forward pass, allocated once for the largest step.</summary>
internal sealed class Activations(ModelConfig config, int maxRows, int maxLogitsRows) : IDisposable
{
    /// <summary>Residual stream, [rows, hidden].</summary>
    public RowBuffer Hidden { get; } = new(maxRows, config.HiddenSize);

    /// <summary>Normed residual, [rows, hidden].</summary>
    public RowBuffer Normed { get; } = new(maxRows, config.HiddenSize);

    /// <summary>Queries, keys and values, [rows, heads·d + 2·kvHeads·d].</summary>
    public RowBuffer Qkv { get; } = new(maxRows, (config.HeadCount + (2 * config.KvHeadCount)) * config.HeadDim);

    /// <summary>What attention read, [rows, heads·d].</summary>
    public RowBuffer Attended { get; } = new(maxRows, config.HeadCount * config.HeadDim);

    /// <summary>What a sub-layer adds to the residual, [rows, hidden].</summary>
    public RowBuffer Delta { get; } = new(maxRows, config.HiddenSize);

    /// <summary>Gate and up products, [rows, 2·intermediate]; [rows, intermediate] without a gate.</summary>
    public RowBuffer GateUp { get; } = new(maxRows, config.UpWidth);

    /// <summary>What the down projection reads, [rows, intermediate].</summary>
    public RowBuffer Gated { get; } = new(maxRows, config.IntermediateSize);

    /// <summary>Normed last rows, [logits rows, hidden].</summary>
    public RowBuffer Last { get; } = new(maxLogitsRows, config.HiddenSize);

    /// <summary>Logits, [logits rows, vocabulary].</summary>
    public RowBuffer Logits { get; } = new(maxLogitsRows, config.VocabularySize);

    /// <summary>Zeroes what a dense product would read beyond the last row of the step.</summary>
    public void ClearPadding(int rows)
    {
        Normed.ClearPadding(rows);
        Attended.ClearPadding(rows);
        Gated.ClearPadding(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RowBuffer buffer in (ReadOnlySpan<RowBuffer>)[Hidden, Normed, Qkv, Attended, Delta, GateUp, Gated, Last, Logits])
        {
            buffer.Dispose();
        }
    }
}
