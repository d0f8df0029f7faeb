using System.Buffers;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model.Rope;
using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>
/// A decoder on TorchSharp, fp32, put together from the parts that its configuration names: dense products by libtorch on fixed row
/// tiles, everything else row by row. Prefill and decode rows of all sequences go through the layers together; only attention looks at
/// which sequence a row belongs to.
/// </summary>
internal sealed unsafe class DecoderRunner : IModelRunner
{
    private readonly ModelConfig _config;
    private readonly int _threads;
    private readonly DecoderLayer[] _layers;
    private readonly TokenEmbedding _embedding;
    private readonly NormLayer _finalNorm;
    private readonly DenseLayer _head;
    private readonly RotaryTables _rotary;
    private readonly KvCacheMemory _cache;
    private readonly PagedAttention _attention;
    private readonly Activations _rows;
    private readonly float[] _logits;
    private readonly int _scoreLength;
    private readonly Action<int> _attendRow;
    private readonly ParallelOptions _parallel;
    private Row[] _plan = [];
    private int _layer;
    private float[] _hidden = [];
    private Thread? _configuredThread;

    /// <param name="files">Weights in Hugging Face's names; not used after the constructor.</param>
    /// <param name="config">Shape.</param>
    /// <param name="limits">Rows, sequences and KV blocks to make room for.</param>
    /// <param name="threads">Threads of one forward pass.</param>
    public DecoderRunner(WeightFiles files, ModelConfig config, RunnerLimits limits, int threads)
    {
        _config = config;
        _threads = threads;
        var weights = new DecoderWeights(files, config);
        _embedding = new TokenEmbedding(weights, config);
        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new DecoderLayer(weights, config, i))];
        _finalNorm = weights.ReadFinalNorm();
        _head = weights.ReadHead(_embedding.Table);
        weights.RequireAllRead();
        _rotary = new RotaryTables(config, limits.ContextLength);
        _cache = new KvCacheMemory(config, limits.KvBlocks);
        _attention = new PagedAttention(_cache, config);
        _rows = new Activations(config, limits.MaxTokensPerStep, limits.MaxSequences);
        _logits = GC.AllocateUninitializedArray<float>(limits.MaxSequences * config.VocabularySize, pinned: true);
        _scoreLength = (limits.ContextLength + 7) / 8 * 8;
        _attendRow = AttendRow;
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <inheritdoc/>
    public int VocabularySize => _config.VocabularySize;

    /// <inheritdoc/>
    public int HiddenSize => _config.HiddenSize;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> HiddenStates { get; private set; }

    /// <inheritdoc/>
    public int KvBlocks => _cache.Blocks;

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public string NumericsId => $"torch-{__version__}/f32/tile{DenseLayer.TileRows}/{HostProcessor.Name}{_rotary.Variant}";

    /// <inheritdoc/>
    public string KvLayout =>
        $"f32/{_config.LayerCount}x2x{_config.KvHeadCount}x{KvBlock.Tokens}x{_config.HeadDim}";

    /// <inheritdoc/>
    public long DenseProducts { get; private set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        ConfigureThread();
        using var noGradient = inference_mode();
        foreach (BlockCopy copy in plan.Copies)
        {
            _cache.Copy(copy);
        }

        Row[] rows = Lay(plan);
        int count = plan.Rows;
        _rows.ClearPadding(count);
        Embed(rows.AsSpan(0, count));
        for (_layer = 0; _layer < _layers.Length; _layer++)
        {
            Attend(_layers[_layer], count);
            FeedForward(_layers[_layer], count);
        }

        KeepHidden(rows.AsSpan(0, count), plan.HiddenRows);

        return Logits(rows.AsSpan(0, count), plan.LogitsRows);
    }

    // OpenMP's thread count belongs to the calling thread: set elsewhere, the engine's thread would fork a team for every product.
    private void ConfigureThread()
    {
        if (_configuredThread != Thread.CurrentThread)
        {
            set_num_threads(_threads);
            _configuredThread = Thread.CurrentThread;
        }
    }

    private Row[] Lay(BatchPlan plan)
    {
        if (_plan.Length < plan.Rows)
        {
            _plan = new Row[plan.Rows];
        }

        int next = 0;
        foreach (PlannedSequence sequence in plan.Sequences)
        {
            ReadOnlySpan<int> tokens = sequence.Tokens.Span;
            for (int i = 0; i < tokens.Length; i++)
            {
                _plan[next++] = new Row(
                    tokens[i],
                    sequence.Start + i,
                    sequence.BlockTable,
                    i >= tokens.Length - sequence.LogitsRows,
                    sequence.WantsHidden);
            }
        }

        return _plan;
    }

    private void Embed(ReadOnlySpan<Row> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            _embedding.Write(_rows.Hidden.Row(i), rows[i].Token, rows[i].Position);
        }
    }

    private void Attend(DecoderLayer layer, int count)
    {
        layer.AttentionNorm.Apply(_rows.Normed, _rows.Hidden, count);
        DenseProducts += layer.Qkv.Multiply(_rows.Normed, _rows.Qkv, count);
        for (int i = 0; i < count; i++)
        {
            StoreRow(layer, _rows.Qkv.Row(i), _plan[i]);
        }

        ForEachRow(count, _attendRow);
        DenseProducts += layer.AttentionOutput.Multiply(_rows.Attended, _rows.Delta, count);
        AddDelta(layer.AttentionOutput, layer.AttentionOutputNorm, count);
    }

    // Finishes a row's query, key and value, and puts the last two into the cache.
    private void StoreRow(DecoderLayer layer, float* queries, in Row row)
    {
        int dim = _config.HeadDim;
        float* keys = queries + (_config.HeadCount * dim), values = keys + (_config.KvHeadCount * dim);
        layer.Qkv.AddBias(queries);
        layer.QueryNorm?.ApplyEach(queries, _config.HeadCount);
        layer.KeyNorm?.ApplyEach(keys, _config.KvHeadCount);
        if (_rotary.OfLayer(_layer) is { } rotary)
        {
            for (int head = 0; head < _config.HeadCount + _config.KvHeadCount; head++)
            {
                RowKernels.Rotate(queries + (head * dim), rotary.Cos(row.Position), rotary.Sin(row.Position), rotary.Dimensions);
            }
        }

        _attention.Store(_layer, row.Position, row.BlockTable.Span, keys, values);
    }

    private void AttendRow(int i)
    {
        float[] scores = ArrayPool<float>.Shared.Rent(_scoreLength);
        fixed (float* pointer = scores)
        {
            _attention.Attend(_layer, _plan[i].Position, _plan[i].BlockTable.Span, _rows.Qkv.Row(i), _rows.Attended.Row(i), pointer);
        }

        ArrayPool<float>.Shared.Return(scores);
    }

    private void FeedForward(DecoderLayer layer, int count)
    {
        layer.FeedForwardNorm.Apply(_rows.Normed, _rows.Hidden, count);
        DenseProducts += layer.GateUp.Multiply(_rows.Normed, _rows.GateUp, count);
        for (int i = 0; i < count; i++)
        {
            layer.GateUp.AddBias(_rows.GateUp.Row(i));
            ActivationKernels.FeedForward(_config.FeedForward, _rows.Gated.Row(i), _rows.GateUp.Row(i), _config.IntermediateSize);
        }

        DenseProducts += layer.Down.Multiply(_rows.Gated, _rows.Delta, count);
        AddDelta(layer.Down, layer.FeedForwardOutputNorm, count);
    }

    private void AddDelta(DenseLayer product, NormLayer? norm, int count)
    {
        for (int i = 0; i < count; i++)
        {
            float* delta = _rows.Delta.Row(i);
            product.AddBias(delta);
            if (norm is not null)
            {
                norm.Apply(delta, delta);
            }

            RowKernels.Add(_rows.Hidden.Row(i), delta, _config.HiddenSize);
        }
    }

    private void KeepHidden(ReadOnlySpan<Row> rows, int wanted)
    {
        int width = _config.HiddenSize, next = 0;
        if (_hidden.Length < wanted * width)
        {
            _hidden = GC.AllocateUninitializedArray<float>(wanted * width, pinned: true);
        }

        HiddenStates = _hidden.AsMemory(0, wanted * width);
        fixed (float* kept = _hidden)
        {
            for (int i = 0; i < rows.Length && next < wanted; i++)
            {
                if (rows[i].WantsHidden)
                {
                    _finalNorm.Apply(kept + (next++ * width), _rows.Hidden.Row(i));
                }
            }
        }
    }

    private ReadOnlyMemory<float> Logits(ReadOnlySpan<Row> rows, int wanted)
    {
        if (wanted == 0)
        {
            return default;
        }

        int next = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].WantsLogits)
            {
                _finalNorm.Apply(_rows.Last.Row(next++), _rows.Hidden.Row(i));
            }
        }

        _rows.Last.ClearPadding(wanted);
        DenseProducts += _head.Multiply(_rows.Last, _rows.Logits, wanted);
        if (_config.LogitSoftCap is { } cap)
        {
            for (int i = 0; i < wanted; i++)
            {
                ActivationKernels.SoftCap(_rows.Logits.Row(i), (float)cap, _config.VocabularySize);
            }
        }

        _rows.Logits.Span(wanted).CopyTo(_logits);
        return _logits.AsMemory(0, wanted * _config.VocabularySize);
    }

    // Rows are independent, so who computes which makes no difference to the bits.
    private void ForEachRow(int count, Action<int> body)
    {
        if (_threads == 1 || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }
        }
        else
        {
            Parallel.For(0, count, _parallel, body);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in (ReadOnlySpan<IDisposable>)[.. _layers, _head, _embedding, _finalNorm, _rotary, _cache, _rows])
        {
            part.Dispose();
        }
    }

    private readonly record struct Row(int Token, int Position, ReadOnlyMemory<int> BlockTable, bool WantsLogits, bool WantsHidden);
}
