using System.Runtime.InteropServices;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Model;

/// <summary>
/// The bytes of the KV blocks, fp32. One block is contiguous, [layers, 2, kvHeads, 16, headDim] (K then V), so that it can be sent to
/// another machine as it lies. Memory is touched only when a block is first used.
/// </summary>
internal sealed unsafe class KvCacheMemory : IDisposable
{
    private readonly float* _memory;
    private readonly int _headFloats;
    private readonly int _layerFloats;

    /// <param name="config">Shape of the model.</param>
    /// <param name="blocks">Blocks to hold.</param>
    public KvCacheMemory(ModelConfig config, int blocks)
    {
        Blocks = blocks;
        KvHeads = config.KvHeadCount;
        HeadDim = config.HeadDim;
        _headFloats = KvBlock.Tokens * HeadDim;
        _layerFloats = 2 * KvHeads * _headFloats;
        BlockFloats = config.LayerCount * _layerFloats;
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)((long)blocks * BlockFloats * sizeof(float)), 64);
    }

    /// <summary>Blocks held.</summary>
    public int Blocks { get; }

    /// <summary>KV heads of a layer.</summary>
    public int KvHeads { get; }

    /// <summary>Entries of one head's K or V.</summary>
    public int HeadDim { get; }

    /// <summary>Floats of one block.</summary>
    public int BlockFloats { get; }

    /// <summary>Bytes of one block of a model.</summary>
    public static long BlockBytes(ModelConfig config) =>
        (long)config.LayerCount * 2 * config.KvHeadCount * KvBlock.Tokens * config.HeadDim * sizeof(float);

    /// <summary>K of one head in one block, [16, headDim]; V of the same head follows at <see cref="ValueOffset"/>.</summary>
    public float* Keys(int block, int layer, int kvHead) =>
        _memory + ((long)block * BlockFloats) + ((long)layer * _layerFloats) + (kvHead * _headFloats);

    /// <summary>Floats from a head's K to its V.</summary>
    public int ValueOffset => KvHeads * _headFloats;

    /// <summary>Copies all layers' K and V of one block to another.</summary>
    public void Copy(BlockCopy copy) => NativeMemory.Copy(
        _memory + ((long)copy.Source * BlockFloats),
        _memory + ((long)copy.Destination * BlockFloats),
        (nuint)BlockFloats * sizeof(float));

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
