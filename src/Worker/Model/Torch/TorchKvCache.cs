using Godwit.Worker.KvCache;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// K and V of all blocks on a device: one tensor [layers, 2, blocks + 1, 16, kvHeads, headDim], of which a layer sees its K and its V as
/// [slots, kvHeads, headDim]. The block after the last is zero and stays so: what pads a gather is read from there, never from slots that
/// may hold another request's infinities, which no mask would remove from a sum. The tensors belong to the dispose scope in which the cache
/// is made.
/// </summary>
internal sealed class TorchKvCache
{
    private readonly Tensor _all;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <param name="config">Shape of the model.</param>
    /// <param name="blocks">Blocks to hold.</param>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Where they live.</param>
    public TorchKvCache(ModelConfig config, int blocks, ScalarType dtype, Device device)
    {
        Blocks = blocks;
        _all = empty([config.LayerCount, 2, blocks + 1, KvBlock.Tokens, config.KvHeadCount, config.HeadDim], dtype, device);
        _all.narrow(2, blocks, 1).zero_();
        Tensor slots = _all.view(2 * config.LayerCount, -1, config.KvHeadCount, config.HeadDim);
        _keys = [.. Enumerable.Range(0, config.LayerCount).Select(layer => slots.select(0, 2 * layer))];
        _values = [.. Enumerable.Range(0, config.LayerCount).Select(layer => slots.select(0, (2 * layer) + 1))];
    }

    /// <summary>Blocks held.</summary>
    public int Blocks { get; }

    /// <summary>A slot that is always zero.</summary>
    public long ZeroSlot => (long)Blocks * KvBlock.Tokens;

    /// <summary>Bytes of one block of a model.</summary>
    public static long BlockBytes(ModelConfig config, ScalarType dtype) =>
        (long)config.LayerCount * 2 * KvBlock.Tokens * config.KvHeadCount * config.HeadDim * (dtype == bfloat16 ? 2 : 4);

    /// <summary>K of a layer, [slots, kvHeads, headDim].</summary>
    public Tensor Keys(int layer) => _keys[layer];

    /// <summary>V of a layer, [slots, kvHeads, headDim].</summary>
    public Tensor Values(int layer) => _values[layer];

    /// <summary>Copies all layers' K and V of one block to another.</summary>
    public void Copy(BlockCopy copy)
    {
        using Tensor source = _all.select(2, copy.Source), destination = _all.select(2, copy.Destination);
        destination.copy_(source);
    }

    /// <summary>Copies one block out: [layers, 2, 16, kvHeads, headDim].</summary>
    public void Read(int block, Span<byte> bytes)
    {
        using Tensor view = _all.select(2, block);
        using Tensor host = view.cpu();
        using Tensor packed = host.contiguous();
        packed.bytes.CopyTo(bytes);
    }

    /// <summary>Fills one block with what <see cref="Read"/> gave.</summary>
    public void Write(int block, ReadOnlySpan<byte> bytes)
    {
        using Tensor view = _all.select(2, block);
        using Tensor host = empty(view.shape, _all.dtype);
        bytes.CopyTo(host.bytes);
        view.copy_(host);
    }
}
