using Godwit.Worker.KvCache;

namespace Godwit.Worker.Model;

/// <summary>
/// Causal attention of one row over its sequence's block table, read in place; over a window of it where the layer has one. The order of
/// every sum is by position, so a row's bits do not depend on how its prefill was cut.
/// </summary>
internal sealed unsafe class PagedAttention(KvCacheMemory cache, ModelConfig config)
{
    private readonly int _heads = config.HeadCount;
    private readonly int _group = config.HeadCount / config.KvHeadCount;
    private readonly float _scale = (float)config.QueryScale;
    private readonly float? _cap = (float?)config.AttentionSoftCap;
    private readonly int[] _windows = [.. config.Layers.Select(layer => layer.Window ?? int.MaxValue)];

    /// <summary>Copies one row's K and V, [kvHeads, headDim] each, into its block.</summary>
    public void Store(int layer, int position, ReadOnlySpan<int> blockTable, float* keys, float* values)
    {
        int dim = cache.HeadDim, slot = position % KvBlock.Tokens, block = blockTable[position / KvBlock.Tokens];
        for (int head = 0; head < cache.KvHeads; head++)
        {
            float* target = cache.Keys(block, layer, head) + (slot * dim);
            new ReadOnlySpan<float>(keys + (head * dim), dim).CopyTo(new Span<float>(target, dim));
            new ReadOnlySpan<float>(values + (head * dim), dim).CopyTo(new Span<float>(target + cache.ValueOffset, dim));
        }
    }

    /// <summary>Attends from one row to the positions up to its own that its layer sees.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="position">Position of the row; its own K and V are stored already.</param>
    /// <param name="blockTable">Blocks of its sequence.</param>
    /// <param name="query">[heads, headDim].</param>
    /// <param name="output">[heads, headDim].</param>
    /// <param name="scores">Scratch for position + 1 entries, rounded up to 8.</param>
    public void Attend(int layer, int position, ReadOnlySpan<int> blockTable, float* query, float* output, float* scores)
    {
        int first = Math.Max(0, position - _windows[layer] + 1), length = position - first + 1;
        for (int head = 0; head < _heads; head++)
        {
            Score(layer, head / _group, first, length, blockTable, query + (head * cache.HeadDim), scores);
            if (_cap is { } cap)
            {
                ActivationKernels.SoftCap(scores, cap, length);
            }

            RowKernels.Softmax(scores, length);
            Mix(layer, head / _group, first, length, blockTable, scores, output + (head * cache.HeadDim));
        }
    }

    private void Score(int layer, int kvHead, int first, int length, ReadOnlySpan<int> blockTable, float* query, float* scores)
    {
        for (int done = 0, count; done < length; done += count)
        {
            float* keys = cache.Keys(blockTable[(first + done) / KvBlock.Tokens], layer, kvHead) + Offset(first + done);
            count = Math.Min(KvBlock.Tokens - ((first + done) % KvBlock.Tokens), length - done);
            for (int i = 0; i < count; i++)
            {
                scores[done + i] = _scale * RowKernels.Dot(query, keys + (i * cache.HeadDim), cache.HeadDim);
            }
        }
    }

    private void Mix(int layer, int kvHead, int first, int length, ReadOnlySpan<int> blockTable, float* scores, float* output)
    {
        new Span<float>(output, cache.HeadDim).Clear();
        for (int done = 0, count; done < length; done += count)
        {
            float* values = cache.Keys(blockTable[(first + done) / KvBlock.Tokens], layer, kvHead) + cache.ValueOffset + Offset(first + done);
            count = Math.Min(KvBlock.Tokens - ((first + done) % KvBlock.Tokens), length - done);
            for (int i = 0; i < count; i++)
            {
                RowKernels.AddScaled(output, values + (i * cache.HeadDim), scores[done + i], cache.HeadDim);
            }
        }
    }

    // Floats from a head's first slot in a block to that of a position.
    private int Offset(int position) => position % KvBlock.Tokens * cache.HeadDim;
}
