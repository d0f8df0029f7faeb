namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// Full KV blocks that are being copied: until <see cref="EngineLoop.UnpinAsync"/> they keep their content, whatever becomes of the
/// sequences that they belong to. Whoever copies in stages keeps the pins of all stages to the end: only so does a block's id mean the
/// same content throughout, for the blocks of a choice that has ended may be another's a step later.
/// </summary>
/// <param name="blocks">The blocks, each once.</param>
internal sealed class BlockPin(IReadOnlyList<int> blocks)
{
    /// <summary>The blocks, each once.</summary>
    public IReadOnlyList<int> Blocks { get; } = blocks;
}
