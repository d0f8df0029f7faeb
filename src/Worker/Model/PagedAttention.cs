using Godwit.Worker.KvCache;

namespace Godwit.Worker.Model;

/// <summary>
/// Causal attention of one row over its sequence's block table, read in place. Grouped-query heads of one KV head are computed
/// together. The order of every sum is by position, so a row's bits do not depend on how its prefill was cut.
/// </summary>
internal sealed unsafe class PagedAttention(KvCacheMemory cache, int heads)
{
    private readonly int _group = heads / cache.KvHeads;
    private readonly float _scale = 1f / MathF.Sqrt(cache.HeadDim);

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

    /// <summary>Attends from one row to positions 0…<paramref name="position"/>.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="position">Position of the row; its own K and V are stored already.</param>
    /// <param name="blockTable">Blocks of its sequence.</param>
    /// <param name="query">[heads, headDim].</param>
    /// <param name="output">[heads, headDim].</param>
    /// <param name="scores">Scratch for position + 1 entries, rounded up to 8.</param>
    public void Attend(int layer, int position, ReadOnlySpan<int> blockTable, float* query, float* output, float* scores)
    {
        int length = position + 1;
        for (int head = 0; head < heads; head++)
        {
            Score(layer, head / _group, length, blockTable, query + (head * cache.HeadDim), scores);
            RowKernels.Softmax(scores, length);
            Mix(layer, head / _group, length, blockTable, scores, output + (head * cache.HeadDim));
        }
    }

    private void Score(int layer, int kvHead, int length, ReadOnlySpan<int> blockTable, float* query, float* scores)
    {
        for (int start = 0; start < length; start += KvBlock.Tokens)
        {
            float* keys = cache.Keys(blockTable[start / KvBlock.Tokens], layer, kvHead);
            int count = Math.Min(KvBlock.Tokens, length - start);
            for (int slot = 0; slot < count; slot++)
            {
                scores[start + slot] = _scale * RowKernels.Dot(query, keys + (slot * cache.HeadDim), cache.HeadDim);
            }
        }
    }

    private void Mix(int layer, int kvHead, int length, ReadOnlySpan<int> blockTable, float* scores, float* output)
    {
        new Span<float>(output, cache.HeadDim).Clear();
        for (int start = 0; start < length; start += KvBlock.Tokens)
        {
            float* values = cache.Keys(blockTable[start / KvBlock.Tokens], layer, kvHead) + cache.ValueOffset;
            int count = Math.Min(KvBlock.Tokens, length - start);
            for (int slot = 0; slot < count; slot++)
            {
                RowKernels.AddScaled(output, values + (slot * cache.HeadDim), scores[start + slot], cache.HeadDim);
            }
        }
    }
}
