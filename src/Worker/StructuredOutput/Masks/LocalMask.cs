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

/// <summary>What a frame says of every token whatever its parents are, and where it depends on them. Immutable.</summary>
/// <param name="Bits">Tokens that are allowed.</param>
/// <param name="Open">Nodes of the trie whose tokens depend on the parents.</param>
/// <param name="Need">Most tokens, of its own, that the frame may still need behind any token of <paramref name="Bits"/>.</param>
internal sealed record LocalMask(uint[] Bits, (int Node, OpenReason Reason)[] Open, int Need)
{
    /// <summary>Bytes of memory, roughly.</summary>
    public long EstimatedBytes => 256 + (4L * Bits.Length) + (8L * Open.Length);
}
