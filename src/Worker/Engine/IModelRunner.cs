namespace Godwit.Worker.Engine;

/// <summary>
/// Executes batch plans. It owns the weights and the bytes of the KV blocks, and is called from the engine's thread only, but for
/// <see cref="ReadBlock"/> and <see cref="WriteBlock"/>.
/// </summary>
internal interface IModelRunner : IDisposable
{
    /// <summary>Entries of one row of logits.</summary>
    int VocabularySize { get; }

    /// <summary>Entries of one hidden state.</summary>
    int HiddenSize { get; }

    /// <summary>
    /// What the last step computed for the tokens of the sequences that want it, in their order, [plan.HiddenRows, HiddenSize]: the
    /// states after the last norm, before the projection to logits. Valid until the next call.
    /// </summary>
    ReadOnlyMemory<float> HiddenStates { get; }

    /// <summary>KV blocks that it has memory for.</summary>
    int KvBlocks { get; }

    /// <summary>Whether a row's bits depend on nothing but its own sequence: not on its batch, nor on how its prefill was cut.</summary>
    bool IsExact { get; }

    /// <summary>Names the arithmetic: equal ids of exact runners give equal bits (DESIGN §5.3).</summary>
    string NumericsId { get; }

    /// <summary>Shape and dtype of a KV block.</summary>
    string KvLayout { get; }

    /// <summary>Bytes of a KV block, all layers.</summary>
    int BytesPerBlock { get; }

    /// <summary>Dense matrix products run so far.</summary>
    long DenseProducts { get; }

    /// <summary>
    /// Computes one step: copies the blocks that are to be copied, writes the K and V of every row into its block and returns the logits,
    /// [plan.LogitsRows, VocabularySize], in the order of the rows, valid until the next call. A step has at most as many rows of logits as
    /// the engine may run sequences.
    /// </summary>
    ReadOnlyMemory<float> Forward(BatchPlan plan);

    /// <summary>
    /// Copies a block out, in the layout that <see cref="KvLayout"/> names. Any thread, also while a step runs that does not write it.
    /// </summary>
    void ReadBlock(int block, Span<byte> bytes);

    /// <summary>Fills a block with what <see cref="ReadBlock"/> gave. Any thread, also while a step runs that does not use it.</summary>
    void WriteBlock(int block, ReadOnlySpan<byte> bytes);
}
