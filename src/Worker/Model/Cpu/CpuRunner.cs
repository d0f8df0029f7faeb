using System.Runtime.InteropServices;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model.Cpu.Attention;
using Godwit.Worker.Model.Cpu.Dense;
using Godwit.Worker.Model.Cpu.Rows;
using Godwit.Worker.Model.Rope;

namespace Godwit.Worker.Model.Cpu;

/// <summary>
/// A decoder on the processor, by this project's own kernels, put together from the parts that its configuration names. Prefill and decode
/// rows of all sequences go through the layers together; only attention looks at which sequence a row belongs to. A pass alternates
/// between products, whose outputs the threads share, and work on single rows, which ends with packing the row for the next product.
/// Nothing is allocated after the constructor, but for what a step larger than all before it needs.
/// </summary>
internal sealed unsafe class CpuRunner : IModelRunner
{
    // Goes up whenever a change of the kernels changes a bit of any result.
    private const int KernelVersion = 1;

    private const int TasksPerThread = 8;

    private static readonly Predicate<RowRun> s_hasNeighbours = run => !run.IsAlone;

    private readonly ModelConfig _config;
    private readonly WeightFormat _format;
    private readonly ComputeThreads _threads;
    private readonly CpuDecoder _decoder;
    private readonly RotaryTables _rotary;
    private readonly BlockAttention _attention;
    private readonly StepRows _rows;
    private readonly List<RowRun> _runs = [];
    private readonly float[] _logits;
    private readonly bool _kvIsBrainFloat;
    private readonly Action<int, int> _begin, _storeRun, _attendRun, _packAttended, _addAttended, _activate, _addFeedForward, _pickLogits;
    private Row[] _plan;
    private int[] _logitsRows;
    private float[] _hidden = [];
    private CpuLayer _layer = null!;
    private int _layerIndex;
    private int _headsOfTask;

    /// <param name="files">Weights in Hugging Face's names; owned by the runner from now on.</param>
    /// <param name="config">Shape.</param>
    /// <param name="formats">Number formats in memory.</param>
    /// <param name="limits">Rows, sequences and KV blocks to make room for.</param>
    /// <param name="threads">Threads of one forward pass.</param>
    public CpuRunner(WeightFiles files, ModelConfig config, CpuFormats formats, RunnerLimits limits, int threads)
    {
        _config = config;
        _format = formats.Weights;
        _kvIsBrainFloat = formats.KvIsBrainFloat;
        _threads = new ComputeThreads(threads);
        _decoder = new CpuDecoder(files, config, formats, limits, _threads);
        _rotary = new RotaryTables(config, limits.ContextLength);
        _attention = _kvIsBrainFloat
            ? new PagedAttention<BrainFloatKv>(config, limits.KvBlocks, limits.ContextLength, threads)
            : new PagedAttention<FloatKv>(config, limits.KvBlocks, limits.ContextLength, threads);
        _rows = new StepRows(config, limits.MaxTokensPerStep);
        _plan = new Row[limits.MaxTokensPerStep];
        _logitsRows = new int[limits.MaxSequences];
        _logits = GC.AllocateUninitializedArray<float>(limits.MaxSequences * config.VocabularySize, pinned: true);
        (_begin, _storeRun, _attendRun, _packAttended) = (Begin, StoreRun, AttendRun, PackAttended);
        (_addAttended, _activate, _addFeedForward, _pickLogits) = (AddAttended, Activate, AddFeedForward, PickLogits);
    }

    /// <inheritdoc/>
    public int VocabularySize => _config.VocabularySize;

    /// <inheritdoc/>
    public int HiddenSize => _config.HiddenSize;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> HiddenStates { get; private set; }

    /// <inheritdoc/>
    public int KvBlocks => _attention.Memory.Blocks;

    /// <summary>Also with <c>--fast</c>: its kernels are less precise, but their sums have one order too.</summary>
    public bool IsExact => true;

    /// <inheritdoc/>
    public string NumericsId
    {
        get
        {
            string rounded = _decoder.RoundsInputs ? "/bf16dot" : "";
            return $"cpu{KernelVersion}/{_format.ToString().ToLowerInvariant()}{rounded}{_rotary.Variant}";
        }
    }

    /// <inheritdoc/>
    public string KvLayout =>
        $"{(_kvIsBrainFloat ? "bf16" : "f32")}/{_config.LayerCount}x{_config.KvHeadCount}x(k{_config.HeadDim}x{KvBlock.Tokens}+v{KvBlock.Tokens}x{_attention.Memory.ValueWidth})";

    /// <inheritdoc/>
    public long DenseProducts { get; private set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        foreach (BlockCopy copy in plan.Copies)
        {
            _attention.Memory.Copy(copy);
        }

        int count = Lay(plan);
        (_layerIndex, _layer) = (0, _decoder.Layers[0]);
        ForEachRow(count, _config.HiddenSize, _begin);
        for (; _layerIndex < _decoder.Layers.Count; _layerIndex++)
        {
            _layer = _decoder.Layers[_layerIndex];
            Multiply(_layer.Qkv, count, _rows.Qkv);
            Attend();
            ForEachRow(count, _rows.Attended.Width, _packAttended);
            Multiply(_layer.AttentionOutput, count, _rows.Delta);
            ForEachRow(count, 2 * _config.HiddenSize, _addAttended);
            Multiply(_layer.GateUp, count, _rows.GateUp);
            ForEachRow(count, 4 * _config.UpWidth, _activate);
            Multiply(_layer.Down, count, _rows.Delta);
            ForEachRow(count, 2 * _config.HiddenSize, _addFeedForward);
        }

        KeepHidden(count, plan.HiddenRows);
        return Logits(plan.LogitsRows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _threads.Dispose();
        _decoder.Dispose();
        _rotary.Dispose();
        _attention.Dispose();
        _rows.Dispose();
    }

    private int Lay(BatchPlan plan)
    {
        _runs.Clear();
        int next = 0, logits = 0;
        foreach (PlannedSequence sequence in plan.Sequences)
        {
            ReadOnlySpan<int> tokens = sequence.Tokens.Span;
            for (int i = 0; i < tokens.Length; i++)
            {
                if (i % _attention.RowsOfRun == 0)
                {
                    int rows = Math.Min(_attention.RowsOfRun, tokens.Length - i);
                    _runs.Add(new RowRun(next, rows, sequence.Start + i, sequence.BlockTable, IsAlone: rows == tokens.Length));
                }

                if (i >= tokens.Length - sequence.LogitsRows)
                {
                    _logitsRows[logits++] = next;
                }

                _plan[next++] = new Row(tokens[i], sequence.Start + i, sequence.BlockTable, sequence.WantsHidden);
            }
        }

        return next;
    }

    private void Begin(int i, int thread)
    {
        _decoder.Tokens.Write(_rows.Hidden.Row(i), _plan[i].Token, _plan[i].Position);
        PackNormed(i, _layer.AttentionNorm, _layer.Qkv);
    }

    // A task is a run and some KV heads: as many as leave every thread some tasks.
    private void Attend()
    {
        _headsOfTask = Math.Clamp(_runs.Count * _config.KvHeadCount / (TasksPerThread * _threads.Count), 1, _config.KvHeadCount);
        int tasks = _runs.Count * TasksOfRun;
        if (_runs.Exists(s_hasNeighbours))
        {
            _threads.Run(tasks, _attention.RowsOfRun * _headsOfTask * _config.HeadDim, _storeRun);
        }

        _threads.Run(tasks, AttentionWork(), _attendRun);
    }

    private void StoreRun(int task, int thread)
    {
        RowRun run = CollectionsMarshal.AsSpan(_runs)[task / TasksOfRun];
        for (int head = FirstHead(task); head < EndHead(task) && !run.IsAlone; head++)
        {
            Store(run, head);
        }
    }

    private void AttendRun(int task, int thread)
    {
        RowRun run = CollectionsMarshal.AsSpan(_runs)[task / TasksOfRun];
        int end = EndHead(task);
        for (int head = FirstHead(task); head < end; head++)
        {
            if (run.IsAlone)
            {
                Store(run, head);
            }

            _attention.Attend(
                _layerIndex,
                run,
                head,
                _rows.Qkv.Row(run.FirstRow),
                _rows.Qkv.Stride,
                _rows.Attended.Row(run.FirstRow),
                _rows.Attended.Stride,
                thread,
                goesOn: head + 1 < end);
        }
    }

    // Finishes queries, key and value of one KV head, and puts the last two into the cache.
    private void Store(in RowRun run, int kvHead)
    {
        int dim = _config.HeadDim, group = _config.HeadCount / _config.KvHeadCount;
        int query = kvHead * group * dim, key = (_config.HeadCount + kvHead) * dim, value = key + (_config.KvHeadCount * dim);
        for (int i = 0; i < run.Rows; i++)
        {
            float* row = _rows.Qkv.Row(run.FirstRow + i);
            int position = run.Position + i;
            _layer.Qkv.AddBias(row + query, query, group * dim);
            _layer.Qkv.AddBias(row + key, key, dim);
            _layer.Qkv.AddBias(row + value, value, dim);
            _layer.QueryNorm?.ApplyEach(row + query, group);
            _layer.KeyNorm?.ApplyEach(row + key, 1);
            if (_rotary.OfLayer(_layerIndex) is { } rotary)
            {
                float* cos = rotary.Cos(position), sin = rotary.Sin(position);
                for (int head = 0; head < group; head++)
                {
                    RowKernels.Rotate(row + query + (head * dim), cos, sin, rotary.Dimensions);
                }

                RowKernels.Rotate(row + key, cos, sin, rotary.Dimensions);
            }

            _attention.Store(_layerIndex, position, run.BlockTable.Span, kvHead, row + key, row + value);
        }
    }

    private int TasksOfRun => (_config.KvHeadCount + _headsOfTask - 1) / _headsOfTask;

    private int FirstHead(int task) => task % TasksOfRun * _headsOfTask;

    private int EndHead(int task) => Math.Min(FirstHead(task) + _headsOfTask, _config.KvHeadCount);

    private void PackAttended(int i, int thread) => _layer.AttentionOutput.Pack(i, _rows.Attended.Row(i));

    private void AddAttended(int i, int thread)
    {
        AddDelta(i, _layer.AttentionOutput, _layer.AttentionOutputNorm);
        PackNormed(i, _layer.FeedForwardNorm, _layer.GateUp);
    }

    private void Activate(int i, int thread)
    {
        _layer.GateUp.AddBias(_rows.GateUp.Row(i));
        ActivationKernels.FeedForward(_config.FeedForward, _rows.Gated.Row(i), _rows.GateUp.Row(i), _config.IntermediateSize);
        _layer.Down.Pack(i, _rows.Gated.Row(i));
    }

    private void AddFeedForward(int i, int thread)
    {
        AddDelta(i, _layer.Down, _layer.FeedForwardOutputNorm);
        if (_layerIndex + 1 < _decoder.Layers.Count)
        {
            CpuLayer next = _decoder.Layers[_layerIndex + 1];
            PackNormed(i, next.AttentionNorm, next.Qkv);
        }
    }

    private void PickLogits(int i, int thread)
    {
        _decoder.FinalNorm.Apply(_rows.Normed.Row(i), _rows.Hidden.Row(_logitsRows[i]));
        _decoder.Head.Pack(i, _rows.Normed.Row(i));
    }

    private void AddDelta(int i, DenseProduct product, NormRow? norm)
    {
        float* delta = _rows.Delta.Row(i);
        product.AddBias(delta);
        norm?.Apply(delta, delta);
        RowKernels.Add(_rows.Hidden.Row(i), delta, _config.HiddenSize);
    }

    private void PackNormed(int i, NormRow norm, DenseProduct product)
    {
        norm.Apply(_rows.Normed.Row(i), _rows.Hidden.Row(i));
        product.Pack(i, _rows.Normed.Row(i));
    }

    private void KeepHidden(int rows, int wanted)
    {
        int width = _config.HiddenSize, next = 0;
        if (_hidden.Length < wanted * width)
        {
            _hidden = GC.AllocateUninitializedArray<float>(wanted * width, pinned: true);
        }

        HiddenStates = _hidden.AsMemory(0, wanted * width);
        fixed (float* kept = _hidden)
        {
            for (int i = 0; i < rows && next < wanted; i++)
            {
                if (_plan[i].WantsHidden)
                {
                    _decoder.FinalNorm.Apply(kept + (next++ * width), _rows.Hidden.Row(i));
                }
            }
        }
    }

    private ReadOnlyMemory<float> Logits(int wanted)
    {
        if (wanted == 0)
        {
            return default;
        }

        int width = _config.VocabularySize;
        ForEachRow(wanted, _config.HiddenSize, _pickLogits);
        fixed (float* logits = _logits)
        {
            _decoder.Head.Multiply(wanted, logits, width);
            DenseProducts++;
            if (_config.LogitSoftCap is { } cap)
            {
                for (int i = 0; i < wanted; i++)
                {
                    ActivationKernels.SoftCap(logits + ((long)i * width), (float)cap, width);
                }
            }
        }

        return _logits.AsMemory(0, wanted * width);
    }

    private void Multiply(DenseProduct product, int rows, RowMemory y)
    {
        product.Multiply(rows, y.Row(0), y.Stride);
        DenseProducts++;
    }

    // A row takes about as many cycles as it has entries, counted as often as they are looked at.
    private void ForEachRow(int rows, int entries, Action<int, int> body) => _threads.Run(rows, entries, body);

    // Cycles of one task, on average: every query of the run multiplies with K and V of all positions, 8 at once.
    private long AttentionWork()
    {
        long positions = 0;
        foreach (RowRun run in _runs)
        {
            positions += (long)run.Rows * (run.Position + run.Rows);
        }

        return positions / _runs.Count * _headsOfTask * (_config.HeadCount / _config.KvHeadCount) * _config.HeadDim / 4;
    }

    private readonly record struct Row(int Token, int Position, ReadOnlyMemory<int> BlockTable, bool WantsHidden);
}
