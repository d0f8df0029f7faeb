using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model.Cpu.Rows;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>
/// Causal attention over block tables that are read in place; over a window of them where the layer has one. The rows of a run and the
/// query heads of a KV head share every load of K and V. All sums are by position, so a row's bits do not depend on how its prefill was
/// cut nor on the rows beside it.
/// </summary>
/// <typeparam name="TKv">Format of the cache.</typeparam>
internal sealed unsafe class PagedAttention<TKv> : BlockAttention
    where TKv : struct, IKvLanes
{
    // Queries that are scored together; more would only need more memory for scores.
    private const int MostQueries = 8;
    private const int Lanes = 8;

    // Blocks that are scored together and asked for ahead.
    private const int AtOnce = 4;

    private readonly ModelConfig _config;
    private readonly int _group;
    private readonly float _scale;
    private readonly float? _cap;
    private readonly int[] _windows;
    private readonly int _scoreStride;
    private readonly float*[] _scratch;

    /// <param name="config">Shape of the model.</param>
    /// <param name="blocks">Blocks to hold.</param>
    /// <param name="contextLength">Most tokens of a sequence.</param>
    /// <param name="threads">Threads that attend.</param>
    public PagedAttention(ModelConfig config, int blocks, int contextLength, int threads)
    {
        _config = config;
        _group = config.HeadCount / config.KvHeadCount;
        _scale = (float)config.QueryScale;
        _cap = (float?)config.AttentionSoftCap;
        _windows = [.. config.Layers.Select(layer => layer.Window ?? int.MaxValue)];
        Memory = new BlockMemory(config, blocks, TKv.Bytes);

        // Whole blocks are scored, and softmax writes zeros beyond the end.
        _scoreStride = (KvBlock.Count(contextLength) + 1) * KvBlock.Tokens;
        _scratch = new float*[threads];
        long floats = (long)RowsOfRun * _group * (_scoreStride + Memory.ValueWidth);
        for (int i = 0; i < threads; i++)
        {
            _scratch[i] = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), 64);
        }
    }

    /// <inheritdoc/>
    public override BlockMemory Memory { get; }

    /// <inheritdoc/>
    public override int RowsOfRun => Math.Max(1, MostQueries / _group);

    /// <inheritdoc/>
    public override void Store(int layer, int position, ReadOnlySpan<int> blockTable, int kvHead, float* keys, float* values)
    {
        int dim = _config.HeadDim, slot = position % KvBlock.Tokens;
        byte* k = Memory.Head(blockTable[position / KvBlock.Tokens], layer, kvHead);
        byte* v = k + Memory.ValueOffset + (slot * Memory.ValueWidth * TKv.Bytes);
        byte* converted = stackalloc byte[Memory.ValueWidth * TKv.Bytes];
        k += slot * TKv.Bytes;
        Convert(keys, converted);
        for (int d = 0; d < dim; d++)
        {
            TKv.Copy(k + (d * KvBlock.Tokens * TKv.Bytes), converted + (d * TKv.Bytes));
        }

        Convert(values, v);
    }

    /// <inheritdoc/>
    public override void Attend(
        int layer, in RowRun run, int kvHead, float* queries, long queryStride, float* output, long outputStride, int thread, bool goesOn)
    {
        int dim = _config.HeadDim, count = run.Rows * _group, window = _windows[layer];
        Span<nint> query = stackalloc nint[count], weights = stackalloc nint[count], mixed = stackalloc nint[count];
        float* scores = _scratch[thread], outputs = scores + ((long)count * _scoreStride);
        new Span<float>(outputs, count * Memory.ValueWidth).Clear();

        int firstBlock = First(run.Position, window) / KvBlock.Tokens, last = run.Position + run.Rows - 1;
        for (int i = 0; i < count; i++)
        {
            query[i] = (nint)(queries + (i / _group * queryStride) + (((kvHead * _group) + (i % _group)) * dim));
            mixed[i] = (nint)(outputs + (i * Memory.ValueWidth));
        }

        // Blocks lie anywhere: the processor cannot guess what comes next. While K is read, V is on its way, and then the next head's K.
        ReadOnlySpan<int> near = Near(run.BlockTable.Span, firstBlock, last / KvBlock.Tokens);
        Prefetch(near, layer, kvHead, Memory.ValueOffset, ValueBytes);
        Score(layer, kvHead, run.BlockTable.Span, firstBlock, last / KvBlock.Tokens, query, scores);
        for (int i = 0; i < count; i++)
        {
            // What a row of a run does not see gets weight 0, or lies beyond its last position and is not looked at.
            int position = run.Position + (i / _group), hidden = First(position, window) - (firstBlock * KvBlock.Tokens);
            float* row = scores + (i * (long)_scoreStride);
            Softmax(row + hidden, position - First(position, window) + 1);
            weights[i] = (nint)row;
        }

        if (goesOn)
        {
            Prefetch(near, layer, kvHead + 1, 0, Memory.ValueOffset);
        }

        Mix(layer, kvHead, run, firstBlock, window, weights, mixed);
        for (int i = 0; i < count; i++)
        {
            float* target = output + (i / _group * outputStride) + (((kvHead * _group) + (i % _group)) * dim);
            new ReadOnlySpan<float>((float*)mixed[i], dim).CopyTo(new Span<float>(target, dim));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        for (int i = 0; i < _scratch.Length; i++)
        {
            NativeMemory.AlignedFree(_scratch[i]);
            _scratch[i] = null;
        }

        Memory.Dispose();
    }

    // One head's entries, with zeros up to the width.
    private void Convert(float* values, byte* target)
    {
        int dim = _config.HeadDim, d = 0;
        for (; d <= dim - Lanes; d += Lanes)
        {
            TKv.Store(target + (d * TKv.Bytes), Vector256.Load(values + d));
        }

        if (d < dim)
        {
            float* rest = stackalloc float[Lanes];
            new Span<float>(rest, Lanes).Clear();
            new ReadOnlySpan<float>(values + d, dim - d).CopyTo(new Span<float>(rest, Lanes));
            TKv.Store(target + (d * TKv.Bytes), Vector256.Load(rest));
        }
    }

    // The next few blocks of a range, or what is left of it.
    private static ReadOnlySpan<int> Near(ReadOnlySpan<int> blockTable, int first, int last) =>
        first > last ? default : blockTable.Slice(first, Math.Min(AtOnce, last - first + 1));

    private void Prefetch(ReadOnlySpan<int> blocks, int layer, int kvHead, long offset, long bytes)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        foreach (int block in blocks)
        {
            byte* start = Memory.Head(block, layer, kvHead) + offset;
            for (long line = 0; line < bytes; line += 64)
            {
                Sse.Prefetch0(start + line);
            }
        }
    }

    private long ValueBytes => (long)KvBlock.Tokens * Memory.ValueWidth * TKv.Bytes;

    private static int First(int position, int window) => Math.Max(0, position - window + 1);

    private void Score(int layer, int kvHead, ReadOnlySpan<int> blockTable, int first, int last, ReadOnlySpan<nint> queries, float* scores)
    {
        Span<nint> keys = stackalloc nint[AtOnce];
        for (int block = first; block <= last; block += AtOnce)
        {
            int count = Math.Min(AtOnce, last - block + 1);
            for (int i = 0; i < count; i++)
            {
                keys[i] = (nint)Memory.Head(blockTable[block + i], layer, kvHead);
            }

            Prefetch(Near(blockTable, block + AtOnce, last), layer, kvHead, 0, Memory.ValueOffset);
            ScoreTiles<TKv>.Score(
                queries, keys[..count], _config.HeadDim, _scale, scores + ((block - first) * KvBlock.Tokens), _scoreStride);
        }
    }

    private void Softmax(float* scores, int length)
    {
        if (_cap is { } cap)
        {
            ActivationKernels.SoftCap(scores, cap, length);
        }

        RowKernels.Softmax(scores, length);
    }

    // The rows of a run see different positions. Those that all of them see are mixed together, the others row by row: a weight of 0 would
    // not do where the value is no number.
    private void Mix(int layer, int kvHead, in RowRun run, int firstBlock, int window, ReadOnlySpan<nint> weights, ReadOnlySpan<nint> outputs)
    {
        int last = run.Position + run.Rows - 1;
        int commonFrom = First(last, window), commonTo = run.Position;
        for (int row = 0; row < run.Rows; row++)
        {
            int position = run.Position + row, from = First(position, window);
            ReadOnlySpan<nint> own = weights.Slice(row * _group, _group), target = outputs.Slice(row * _group, _group);
            Mix(layer, kvHead, run.BlockTable.Span, firstBlock, from, Math.Min(position, commonFrom - 1), own, target);
        }

        Mix(layer, kvHead, run.BlockTable.Span, firstBlock, commonFrom, commonTo, weights, outputs);
        for (int row = 0; row < run.Rows; row++)
        {
            int position = run.Position + row;
            ReadOnlySpan<nint> own = weights.Slice(row * _group, _group), target = outputs.Slice(row * _group, _group);
            Mix(layer, kvHead, run.BlockTable.Span, firstBlock, Math.Max(commonFrom, commonTo + 1), position, own, target);
        }
    }

    private void Mix(
        int layer, int kvHead, ReadOnlySpan<int> blockTable, int firstBlock, int from, int to, ReadOnlySpan<nint> weights, ReadOnlySpan<nint> outputs)
    {
        Span<nint> here = stackalloc nint[weights.Length];
        for (int position = from, tokens; position <= to; position += tokens)
        {
            int slot = position % KvBlock.Tokens;
            tokens = Math.Min(KvBlock.Tokens - slot, to - position + 1);
            for (int i = 0; i < here.Length; i++)
            {
                here[i] = (nint)((float*)weights[i] + position - (firstBlock * KvBlock.Tokens));
            }

            int block = position / KvBlock.Tokens;
            byte* values = Memory.Head(blockTable[block], layer, kvHead) + Memory.ValueOffset;
            if (block + AtOnce <= to / KvBlock.Tokens)
            {
                Prefetch(blockTable.Slice(block + AtOnce, 1), layer, kvHead, Memory.ValueOffset, ValueBytes);
            }

            MixTiles<TKv>.Mix(here, values + (slot * Memory.ValueWidth * TKv.Bytes), Memory.ValueWidth, tokens, outputs);
        }
    }
}
