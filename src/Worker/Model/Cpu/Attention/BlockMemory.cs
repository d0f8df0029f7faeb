using System.Runtime.InteropServices;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>
/// The bytes of the KV blocks. A block is contiguous, so that it can be sent to another machine as it lies: [layers, kvHeads], and of each
/// head K as [headDim, 16 tokens], so that eight positions are scored at once, then V as [16 tokens, headDim rounded up to 8]. Memory is
/// touched only when a block is first used.
/// </summary>
internal sealed unsafe class BlockMemory : IDisposable
{
    private const int Lanes = 8;
    private const int HugePage = 2 * 1024 * 1024;

    private byte* _memory;
    private readonly long _headBytes;
    private readonly long _layerBytes;
    private readonly long _blockBytes;

    /// <param name="config">Shape of the model.</param>
    /// <param name="blocks">Blocks to hold.</param>
    /// <param name="valueBytes">Bytes of one value.</param>
    public BlockMemory(ModelConfig config, int blocks, int valueBytes)
    {
        Blocks = blocks;
        ValueWidth = WidthOf(config);
        ValueOffset = (long)KvBlock.Tokens * config.HeadDim * valueBytes;
        _headBytes = ValueOffset + ((long)KvBlock.Tokens * ValueWidth * valueBytes);
        _layerBytes = config.KvHeadCount * _headBytes;
        _blockBytes = BlockBytes(config, valueBytes);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(blocks * _blockBytes), HugePage);
        MemoryAdvice.UseHugePages(_memory, blocks * _blockBytes);
    }

    /// <summary>Blocks held.</summary>
    public int Blocks { get; }

    /// <summary>Entries of one token's V of one head.</summary>
    public int ValueWidth { get; }

    /// <summary>Bytes from a head's K to its V.</summary>
    public long ValueOffset { get; }

    /// <summary>Bytes of one block.</summary>
    public int BytesPerBlock => checked((int)_blockBytes);

    /// <summary>Bytes of one block of a model.</summary>
    public static long BlockBytes(ModelConfig config, int valueBytes) =>
        (long)config.LayerCount * config.KvHeadCount * KvBlock.Tokens * (config.HeadDim + WidthOf(config)) * valueBytes;

    /// <summary>K of one head in one block; V follows at <see cref="ValueOffset"/>.</summary>
    public byte* Head(int block, int layer, int kvHead) =>
        _memory + (block * _blockBytes) + (layer * _layerBytes) + (kvHead * _headBytes);

    /// <summary>All bytes of one block.</summary>
    public Span<byte> Bytes(int block)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)block, (uint)Blocks);
        return new Span<byte>(_memory + (block * _blockBytes), BytesPerBlock);
    }

    /// <summary>Copies all layers' K and V of one block to another.</summary>
    public void Copy(BlockCopy copy) => NativeMemory.Copy(
        _memory + (copy.Source * _blockBytes), _memory + (copy.Destination * _blockBytes), (nuint)_blockBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    private static int WidthOf(ModelConfig config) => (config.HeadDim + Lanes - 1) / Lanes * Lanes;
}
