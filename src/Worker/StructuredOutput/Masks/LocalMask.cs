namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>Why a walk has to be taken up again with a frame's real parents.</summary>
internal enum OpenReason : byte
{
    /// <summary>The node's bytes end the frame: what follows is for the parent.</summary>
    After,

    /// <summary>The node's last byte is for the parent already.</summary>
    From,

    /// <summary>The node's bytes have to be read again from the token's start.</summary>
    Restart,
}

/// <summary>What a frame says of every token whatever its parents are, and where it depends on them.</summary>
/// <param name="bits">Tokens that are allowed.</param>
/// <param name="open">Nodes of the trie whose tokens depend on the parents.</param>
/// <param name="need">Most tokens, of its own, that the frame may still need behind any token of <paramref name="bits"/>.</param>
internal sealed class LocalMask(uint[] bits, (int Node, OpenReason Reason)[] open, int need)
{
    /// <summary>Tokens that are allowed.</summary>
    public uint[] Bits { get; } = bits;

    /// <summary>Nodes of the trie whose tokens depend on the parents.</summary>
    public (int Node, OpenReason Reason)[] Open { get; } = open;

    /// <summary>Most tokens, of its own, that the frame may still need behind any token of <see cref="Bits"/>.</summary>
    public int Need { get; } = need;

    /// <summary>
    /// The tokens of <see cref="Bits"/> behind which no more than so many are needed, fewest first; made when a budget first gets short.
    /// </summary>
    public (int Need, uint[] Bits)[]? ByNeed { get; set; }

    /// <summary>Bytes of memory, roughly.</summary>
    public long EstimatedBytes => 256 + (4L * Bits.Length * (1 + (ByNeed?.Length ?? 0))) + (8L * Open.Length);
}
