using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model.Cpu.Rows;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>
/// Causal attention over block tables that are read in place; over a window of them where the layer has one. The rows of a run and the
/// query heads of a KV head share every load of K and V. All sums are by position, so a row's bits do not depend on how its prefill was
/// cut nor on the rows beside it.
/// </summary>
/// <typeparam name="TKv">Format of the cache.</typeparam>
[SkipLocalsInit]
internal sealed unsafe class PagedAttention<TKv> : BlockAttention
    where TKv : struct, IKvLanes
{
    // Queries that are scored together; more would only need more memory for scores.
    private const int MostQueries = 8;
    private const int Lanes = 8;

    // Blocks that are scored together.
    private const int AtOnce = 8;

    // Parts that are asked for ahead: some 16 KB, as long as memory takes to answer.
    private const int Distance = 8;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        var visit = new Visit(Memory, layer, kvHead, run.BlockTable.Span, firstBlock, last / KvBlock.Tokens, goesOn);
        Score(visit, query, scores);
        for (int i = 0; i < count; i++)
        {
            // What a row of a run does not see gets weight 0, or lies beyond its last position and is not looked at.
            int position = run.Position + (i / _group), hidden = First(position, window) - (firstBlock * KvBlock.Tokens);
            float* row = scores + (i * (long)_scoreStride);
            Softmax(row + hidden, position - First(position, window) + 1);
            weights[i] = (nint)row;
        }

        Mix(visit, run, window, weights, mixed);
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

    private static int First(int position, int window) => Math.Max(0, position - window + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(in Visit visit, ReadOnlySpan<nint> queries, float* scores)
    {
        Span<nint> keys = stackalloc nint[AtOnce], next = stackalloc nint[AtOnce];
        for (int done = 0; done < visit.Blocks; done += AtOnce)
        {
            int count = Math.Min(AtOnce, visit.Blocks - done);
            for (int i = 0; i < count; i++)
            {
                keys[i] = (nint)visit.Part(done + i);
                next[i] = (nint)visit.Part(done + i + Distance);
            }

            float* target = scores + (done * KvBlock.Tokens);
            if (Vector512.IsHardwareAccelerated)
            {
                ScoreTiles512<TKv>.Score(queries, keys[..count], next[..count], _config.HeadDim, _scale, target, _scoreStride);
            }
            else
            {
                ScoreTiles<TKv>.Score(queries, keys[..count], next[..count], _config.HeadDim, _scale, target, _scoreStride);
            }
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
    private void Mix(in Visit visit, in RowRun run, int window, ReadOnlySpan<nint> weights, ReadOnlySpan<nint> outputs)
    {
        int last = run.Position + run.Rows - 1;
        int commonFrom = First(last, window), commonTo = run.Position;
        for (int row = 0; row < run.Rows; row++)
        {
            int position = run.Position + row, from = First(position, window);
            ReadOnlySpan<nint> own = weights.Slice(row * _group, _group), target = outputs.Slice(row * _group, _group);
            Mix(visit, from, Math.Min(position, commonFrom - 1), own, target);
        }

        Mix(visit, commonFrom, commonTo, weights, outputs);
        for (int row = 0; row < run.Rows; row++)
        {
            int position = run.Position + row;
            ReadOnlySpan<nint> own = weights.Slice(row * _group, _group), target = outputs.Slice(row * _group, _group);
            Mix(visit, Math.Max(commonFrom, commonTo + 1), position, own, target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mix(in Visit visit, int from, int to, ReadOnlySpan<nint> weights, ReadOnlySpan<nint> outputs)
    {
        Span<nint> here = stackalloc nint[weights.Length];
        for (int position = from, tokens; position <= to; position += tokens)
        {
            int slot = position % KvBlock.Tokens, step = (position / KvBlock.Tokens) - visit.FirstBlock + visit.Blocks;
            tokens = Math.Min(KvBlock.Tokens - slot, to - position + 1);
            for (int i = 0; i < here.Length; i++)
            {
                here[i] = (nint)((float*)weights[i] + position - (visit.FirstBlock * KvBlock.Tokens));
            }

            int offset = slot * Memory.ValueWidth * TKv.Bytes;
            byte* values = visit.Part(step) + offset, next = visit.Part(step + Distance) + offset;
            if (Vector512.IsHardwareAccelerated && Memory.ValueWidth % MixTiles512<TKv>.Lanes == 0)
            {
                MixTiles512<TKv>.Mix(here, values, Memory.ValueWidth, tokens, outputs, next);
            }
            else
            {
                MixTiles<TKv>.Mix(here, values, Memory.ValueWidth, tokens, outputs, next);
            }
        }
    }

    /// <summary>
    /// What is read for one KV head, in this order: the keys of all blocks, then their values; then, if it goes on, the next head's keys.
    /// Blocks lie anywhere, so the processor cannot guess what comes next and is asked for it some parts ahead.
    /// </summary>
    private readonly ref struct Visit(
        BlockMemory memory, int layer, int kvHead, ReadOnlySpan<int> blockTable, int firstBlock, int lastBlock, bool goesOn)
    {
        private readonly ReadOnlySpan<int> _blocks = blockTable[firstBlock..(lastBlock + 1)];

        public int FirstBlock => firstBlock;

        public int Blocks => _blocks.Length;

        /// <summary>A part by its number; the last one's where there are no more.</summary>
        public byte* Part(int step)
        {
            step = Math.Min(step, ((goesOn ? 3 : 2) * _blocks.Length) - 1);
            return step < _blocks.Length ? memory.Head(_blocks[step], layer, kvHead)
                : step < 2 * _blocks.Length ? memory.Head(_blocks[step - _blocks.Length], layer, kvHead) + memory.ValueOffset
                : memory.Head(_blocks[step - (2 * _blocks.Length)], layer, kvHead + 1);
        }
    }
}
