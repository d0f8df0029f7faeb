using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// Causal attention of all rows of a step over the KV cache: per group of sequences one gather of K and of V and one scaled dot product
/// attention, whatever the number of sequences. Query heads that share a KV head are rows of one query, so K and V are not repeated.
/// </summary>
internal sealed class TorchAttention(ModelConfig config, TorchKvCache cache)
{
    private readonly int _queriesPerKey = config.HeadCount / config.KvHeadCount;

    // Layers with equal windows share a view.
    private readonly int?[] _windows = [.. config.Layers.Select(layer => layer.Window).Distinct()];

    /// <summary>What queries must be multiplied by beforehand: libtorch's attention divides by √headDim by itself.</summary>
    public float QueryFactor { get; } =
        (float)(config.AttentionSoftCap is null ? config.QueryScale * Math.Sqrt(config.HeadDim) : config.QueryScale);

    /// <summary>What each layer reads in a step: per layer one view per group.</summary>
    public KvView[][] Views(TorchStep step, ScalarType dtype)
    {
        KvView[][] ofWindow = [.. _windows.Select(window => step.Groups
            .Select(group => group.View(window, _queriesPerKey, cache.ZeroSlot, dtype)).ToArray())];
        return [.. config.Layers.Select(layer => ofWindow[Array.IndexOf(_windows, layer.Window)])];
    }

    /// <summary>Stores the rows' K and V, and attends.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="queries">[rows, heads, headDim], multiplied by <see cref="QueryFactor"/>.</param>
    /// <param name="keys">[rows, kvHeads, headDim].</param>
    /// <param name="values">[rows, kvHeads, headDim].</param>
    /// <param name="step">The step.</param>
    /// <param name="views">What the layer reads, by group.</param>
    /// <returns>[rows, heads·headDim].</returns>
    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values, TorchStep step, KvView[] views)
    {
        cache.Keys(layer).index_copy_(0, step.Slots, keys);
        cache.Values(layer).index_copy_(0, step.Slots, values);
        return cat([.. step.Groups.Select((group, i) => AttendGroup(layer, queries, group, views[i]))]);
    }

    private Tensor AttendGroup(int layer, Tensor queries, AttentionGroup group, KvView view)
    {
        long dim = config.HeadDim, kvHeads = config.KvHeadCount;
        Tensor query = queries.narrow(0, group.FirstRow, group.Sequences * group.Rows)
            .view(group.Sequences, group.Rows, kvHeads, _queriesPerKey, dim)
            .permute(0, 2, 3, 1, 4)
            .reshape(group.Sequences, kvHeads, _queriesPerKey * group.Rows, dim);
        Tensor mixed = Mix(query, Gather(cache.Keys(layer)), Gather(cache.Values(layer)), view.Mask);
        return mixed.view(group.Sequences, kvHeads, _queriesPerKey, group.Rows, dim)
            .permute(0, 3, 1, 2, 4)
            .reshape(group.Sequences * group.Rows, config.HeadCount * dim);

        Tensor Gather(Tensor slots) => slots.index_select(0, view.Slots).view(group.Sequences, -1, kvHeads, dim).transpose(1, 2);
    }

    private Tensor Mix(Tensor query, Tensor keys, Tensor values, Tensor mask)
    {
        if (config.AttentionSoftCap is not { } cap)
        {
            return nn.functional.scaled_dot_product_attention(query, keys, values, mask).contiguous();
        }

        Tensor scores = matmul(query, keys.transpose(2, 3)).to(float32);
        Tensor weights = scores.Times(1 / cap).tanh().Times(cap).Plus(mask).softmax(-1);
        return matmul(weights.to(query.dtype), values);
    }
}
