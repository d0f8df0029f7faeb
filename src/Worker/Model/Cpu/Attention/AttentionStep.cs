using System.Runtime.InteropServices;
using Godwit.Worker.Engine;
using Godwit.Worker.Model.Cpu.Rows;
using Godwit.Worker.Model.Rope;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>
/// What a step does between the product of queries, keys and values and the one that reads what was attended, shared out among the threads.
/// Laid out once per step, run once per layer.
/// </summary>
internal sealed unsafe class AttentionStep
{
    private const int TasksPerThread = 8;
    private static readonly Predicate<RowRun> s_hasNeighbours = run => !run.IsAlone;

    private readonly ModelConfig _config;
    private readonly BlockAttention _attention;
    private readonly RotaryTables _rotary;
    private readonly ComputeThreads _threads;
    private readonly RowMemory _qkv;
    private readonly RowMemory _attended;
    private readonly List<RowRun> _runs = [];
    private readonly Action<int, int> _store;
    private readonly Action<int, int> _attend;
    private CpuLayer _layer = null!;
    private int _layerIndex;
    private int _headsOfTask;

    /// <param name="config">Shape of the model.</param>
    /// <param name="attention">The KV cache, and attention over it.</param>
    /// <param name="rotary">How positions turn.</param>
    /// <param name="threads">Share the work.</param>
    /// <param name="qkv">Queries, keys and values of the step's rows, [rows, heads·d + 2·kvHeads·d]; finished in place.</param>
    /// <param name="attended">What the rows have read, [rows, heads·d].</param>
    public AttentionStep(
        ModelConfig config, BlockAttention attention, RotaryTables rotary, ComputeThreads threads, RowMemory qkv, RowMemory attended)
    {
        (_config, _attention, _rotary, _threads, _qkv, _attended) = (config, attention, rotary, threads, qkv, attended);
        (_store, _attend) = (StoreRun, AttendRun);
    }

    private int TasksOfRun => (_config.KvHeadCount + _headsOfTask - 1) / _headsOfTask;

    /// <summary>Begins another step.</summary>
    public void Clear() => _runs.Clear();

    /// <summary>Adds the rows of a sequence.</summary>
    /// <param name="sequence">What it computes in this step.</param>
    /// <param name="firstRow">Number of its first row.</param>
    public void Add(in PlannedSequence sequence, int firstRow)
    {
        int count = sequence.Tokens.Length;
        for (int i = 0; i < count; i += _attention.RowsOfRun)
        {
            int rows = Math.Min(_attention.RowsOfRun, count - i);
            _runs.Add(new RowRun(firstRow + i, rows, sequence.Start + i, sequence.BlockTable, IsAlone: rows == count));
        }
    }

    /// <summary>Attends for one layer. A task is a run and some KV heads: as many as leave every thread some tasks.</summary>
    public void Run(int layerIndex, CpuLayer layer)
    {
        (_layerIndex, _layer) = (layerIndex, layer);
        _headsOfTask = Math.Clamp(_runs.Count * _config.KvHeadCount / (TasksPerThread * _threads.Count), 1, _config.KvHeadCount);
        int tasks = _runs.Count * TasksOfRun;
        if (_runs.Exists(s_hasNeighbours))
        {
            _threads.Run(tasks, _attention.RowsOfRun * _headsOfTask * _config.HeadDim, _store);
        }

        _threads.Run(tasks, Work(), _attend);
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
        float* queries = _qkv.Row(run.FirstRow), output = _attended.Row(run.FirstRow);
        for (int head = FirstHead(task); head < end; head++)
        {
            // Where nobody else looks at them, K and V are stored just before they are read.
            if (run.IsAlone)
            {
                Store(run, head);
            }

            _attention.Attend(_layerIndex, run, head, queries, _qkv.Stride, output, _attended.Stride, thread, goesOn: head + 1 < end);
        }
    }

    // Finishes queries, key and value of one KV head, and puts the last two into the cache.
    private void Store(in RowRun run, int kvHead)
    {
        int dim = _config.HeadDim, group = _config.HeadCount / _config.KvHeadCount;
        int query = kvHead * group * dim, key = (_config.HeadCount + kvHead) * dim, value = key + (_config.KvHeadCount * dim);
        for (int i = 0; i < run.Rows; i++)
        {
            float* row = _qkv.Row(run.FirstRow + i);
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

    private int FirstHead(int task) => task % TasksOfRun * _headsOfTask;

    private int EndHead(int task) => Math.Min(FirstHead(task) + _headsOfTask, _config.KvHeadCount);

    // Cycles of one task, on average: every query of the run multiplies with K and V of all positions, 8 at once.
    private long Work()
    {
        long positions = 0;
        foreach (RowRun run in _runs)
        {
            positions += (long)run.Rows * (run.Position + run.Rows);
        }

        return positions / _runs.Count * _headsOfTask * (_config.HeadCount / _config.KvHeadCount) * _config.HeadDim / 4;
    }
}
