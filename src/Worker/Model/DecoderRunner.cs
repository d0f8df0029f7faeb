using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>
/// The Llama family on TorchSharp, fp32: dense products by libtorch on fixed row tiles, everything else row by row. Prefill and decode
/// rows of all sequences go through the layers together; only attention looks at which sequence a row belongs to.
/// </summary>
internal sealed unsafe class DecoderRunner : IModelRunner
{
    private readonly ModelConfig _config;
    private readonly int _threads;
    private readonly DecoderLayer[] _layers;
    private readonly Tensor _embedding;
    private readonly Tensor _finalNorm;
    private readonly DenseLayer _head;
    private readonly RotaryTable _rotary;
    private readonly KvCacheMemory _cache;
    private readonly PagedAttention _attention;
    private readonly Activations _rows;
    private readonly float[] _logits;
    private readonly int _scoreLength;
    private Row[] _plan = [];
    private Thread? _configuredThread;

    /// <param name="files">Weights in Hugging Face's names; not used after the constructor.</param>
    /// <param name="config">Shape.</param>
    /// <param name="limits">Rows, sequences and KV blocks to make room for.</param>
    /// <param name="threads">Threads of one forward pass.</param>
    public DecoderRunner(WeightFiles files, ModelConfig config, RunnerLimits limits, int threads)
    {
        _config = config;
        _threads = threads;
        var weights = new WeightTensors(files);
        _embedding = weights.Stack(config.HiddenSize, ("model.embed_tokens.weight", config.VocabularySize));
        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new DecoderLayer(weights, config, i))];
        _finalNorm = weights.Vector("model.norm.weight", config.HiddenSize);
        _head = new DenseLayer(config.TieWordEmbeddings
            ? _embedding.alias()
            : weights.Stack(config.HiddenSize, ("lm_head.weight", config.VocabularySize)));
        _rotary = new RotaryTable(config, limits.ContextLength);
        _cache = new KvCacheMemory(config, limits.KvBlocks);
        _attention = new PagedAttention(_cache, config.HeadCount);
        _rows = new Activations(config, limits.MaxTokensPerStep, limits.MaxSequences);
        _logits = GC.AllocateUninitializedArray<float>(limits.MaxSequences * config.VocabularySize, pinned: true);
        _scoreLength = (limits.ContextLength + 7) / 8 * 8;
    }

    /// <inheritdoc/>
    public int VocabularySize => _config.VocabularySize;

    /// <inheritdoc/>
    public int KvBlocks => _cache.Blocks;

    /// <inheritdoc/>
    public string NumericsId => $"torch-{__version__}/f32/tile{DenseLayer.TileRows}/{Processor()}";

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
        Row[] rows = Lay(plan);
        int count = plan.Rows;
        _rows.ClearPadding(count);
        Embed(rows.AsSpan(0, count));
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            Attend(layer, rows, count);
            FeedForward(_layers[layer], count);
        }

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
                    tokens[i], sequence.Start + i, sequence.BlockTable, sequence.WantsLogits && i == tokens.Length - 1);
            }
        }

        return _plan;
    }

    private void Embed(ReadOnlySpan<Row> rows)
    {
        float* table = RowBuffer.PointerTo(_embedding);
        for (int i = 0; i < rows.Length; i++)
        {
            new ReadOnlySpan<float>(table + ((long)rows[i].Token * _config.HiddenSize), _config.HiddenSize)
                .CopyTo(new Span<float>(_rows.Hidden.Row(i), _config.HiddenSize));
        }
    }

    private void Attend(int index, Row[] rows, int count)
    {
        DecoderLayer layer = _layers[index];
        int dim = _config.HeadDim, keys = _config.HeadCount * dim, values = keys + (_config.KvHeadCount * dim);
        Normalise(layer.InputNorm, count);
        DenseProducts += layer.Qkv.Multiply(_rows.Normed, _rows.Qkv, count);
        for (int i = 0; i < count; i++)
        {
            float* row = _rows.Qkv.Row(i);
            if (layer.QkvBias != null)
            {
                RowKernels.Add(row, layer.QkvBias, _rows.Qkv.Width);
            }

            int position = rows[i].Position;
            for (int head = 0; head < _config.HeadCount + _config.KvHeadCount; head++)
            {
                RowKernels.Rotate(row + (head * dim), _rotary.Cos(position), _rotary.Sin(position), dim);
            }

            _attention.Store(index, position, rows[i].BlockTable.Span, row + keys, row + values);
        }

        ForEachRow(count, i =>
        {
            float[] scores = ArrayPool<float>.Shared.Rent(_scoreLength);
            fixed (float* pointer = scores)
            {
                _attention.Attend(
                    index, rows[i].Position, rows[i].BlockTable.Span, _rows.Qkv.Row(i), _rows.Attended.Row(i), pointer);
            }

            ArrayPool<float>.Shared.Return(scores);
        });
        DenseProducts += layer.Output.Multiply(_rows.Attended, _rows.Delta, count);
        AddDelta(layer.OutputBias, count);
    }

    private void FeedForward(DecoderLayer layer, int count)
    {
        Normalise(layer.PostNorm, count);
        DenseProducts += layer.GateUp.Multiply(_rows.Normed, _rows.GateUp, count);
        for (int i = 0; i < count; i++)
        {
            float* gate = _rows.GateUp.Row(i);
            RowKernels.SwiGlu(_rows.Gated.Row(i), gate, gate + _config.IntermediateSize, _config.IntermediateSize);
        }

        DenseProducts += layer.Down.Multiply(_rows.Gated, _rows.Delta, count);
        AddDelta(null, count);
    }

    private void Normalise(float* weight, int count)
    {
        for (int i = 0; i < count; i++)
        {
            RowKernels.RmsNorm(_rows.Normed.Row(i), _rows.Hidden.Row(i), weight, _config.HiddenSize, (float)_config.RmsNormEps);
        }
    }

    private void AddDelta(float* bias, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (bias != null)
            {
                RowKernels.Add(_rows.Delta.Row(i), bias, _config.HiddenSize);
            }

            RowKernels.Add(_rows.Hidden.Row(i), _rows.Delta.Row(i), _config.HiddenSize);
        }
    }

    private ReadOnlyMemory<float> Logits(ReadOnlySpan<Row> rows, int wanted)
    {
        if (wanted == 0)
        {
            return default;
        }

        float* weight = RowBuffer.PointerTo(_finalNorm);
        int next = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].WantsLogits)
            {
                RowKernels.RmsNorm(
                    _rows.Last.Row(next++), _rows.Hidden.Row(i), weight, _config.HiddenSize, (float)_config.RmsNormEps);
            }
        }

        _rows.Last.ClearPadding(wanted);
        DenseProducts += _head.Multiply(_rows.Last, _rows.Logits, wanted);
        _rows.Logits.Span(wanted).CopyTo(_logits);
        return _logits.AsMemory(0, wanted * _config.VocabularySize);
    }

    // The matrix library picks its kernels by processor model, so only equal models are promised equal bits.
    private static string Processor()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (!X86Base.IsSupported)
        {
            return architecture;
        }

        const int Stepping = 0xF;
        return $"{architecture}-{X86Base.CpuId(1, 0).Eax & ~Stepping:x}";
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
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _threads }, body);
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

    private readonly record struct Row(int Token, int Position, ReadOnlyMemory<int> BlockTable, bool WantsLogits);
}
