using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model.Cpu.Attention;
using Godwit.Worker.Model.Cpu.Dense;
using Godwit.Worker.Model.Cpu.MachineCode;
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

    private readonly ModelConfig _config;
    private readonly WeightFormat _format;
    private readonly ComputeThreads _threads;
    private readonly CpuDecoder _decoder;
    private readonly RotaryTables _rotary;
    private readonly BlockAttention _attention;
    private readonly StepRows _rows;
    private readonly AttentionStep _attentionStep;
    private readonly float[] _logits;
    private readonly bool _kvIsBrainFloat;
    private readonly Action<int, int> _begin, _packAttended, _addAttended, _activate, _addFeedForward, _pickLogits, _capLogits;
    private readonly Row[] _plan;
    private readonly int[] _logitsRows;
    private float[] _hidden = [];
    private CpuLayer _layer = null!;
    private int _layerIndex;

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
        try
        {
            _decoder = new CpuDecoder(files, config, formats, limits, _threads);
        }
        catch
        {
            _threads.Dispose();
            throw;
        }

        _rotary = new RotaryTables(config, limits.ContextLength);
        _attention = _kvIsBrainFloat
            ? new PagedAttention<BrainFloatKv>(config, limits.KvBlocks, limits.ContextLength, threads)
            : new PagedAttention<FloatKv>(config, limits.KvBlocks, limits.ContextLength, threads);
        _rows = new StepRows(config, limits.MaxTokensPerStep);
        _attentionStep = new AttentionStep(config, _attention, _rotary, _threads, _rows.Qkv, _rows.Attended);
        _plan = new Row[limits.MaxTokensPerStep];
        _logitsRows = new int[limits.MaxSequences];
        _logits = GC.AllocateUninitializedArray<float>(limits.MaxSequences * config.VocabularySize, pinned: true);
        (_begin, _packAttended, _addAttended, _activate, _addFeedForward, _pickLogits, _capLogits) =
            (Begin, PackAttended, AddAttended, Activate, AddFeedForward, PickLogits, CapLogits);
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
            // Who made the processor, for nobody has promised that all round alike.
            string rounded = _decoder.RoundsInputs ? $"/bf16dot-{DotFormat.ProcessorMaker}" : "";
            string kv = _kvIsBrainFloat ? "bf16" : "f32";
            return $"cpu{KernelVersion}/{_format.ToString().ToLowerInvariant()}/kv-{kv}{rounded}{_rotary.Checksum}{_rotary.Variant}";
        }
    }

    /// <inheritdoc/>
    public string KvLayout =>
        $"{(_kvIsBrainFloat ? "bf16" : "f32")}/{_config.LayerCount}x{_config.KvHeadCount}x(k{_config.HeadDim}x{KvBlock.Tokens}+v{KvBlock.Tokens}x{_attention.Memory.ValueWidth})";

    /// <inheritdoc/>
    public int BytesPerBlock => _attention.Memory.BytesPerBlock;

    /// <inheritdoc/>
    public long DenseProducts { get; private set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        foreach (BlockCopy copy in plan.Copies)
        {
            _attention.Memory.Copy(copy);
        }

        HiddenStates = default;
        if (plan.Rows == 0)
        {
            return default;
        }

        int count = Lay(plan);
        (_layerIndex, _layer) = (0, _decoder.Layers[0]);
        ForEachRow(count, _config.HiddenSize, _begin);
        for (; _layerIndex < _decoder.Layers.Count; _layerIndex++)
        {
            _layer = _decoder.Layers[_layerIndex];
            Multiply(_layer.Qkv, count, _rows.Qkv);
            _attentionStep.Run(_layerIndex, _layer);
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
    public void ReadBlock(int block, Span<byte> bytes) => _attention.Memory.Bytes(block).CopyTo(bytes);

    /// <inheritdoc/>
    public void WriteBlock(int block, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, BytesPerBlock);
        bytes.CopyTo(_attention.Memory.Bytes(block));
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
        _attentionStep.Clear();
        int next = 0, logits = 0;
        foreach (ref readonly PlannedSequence sequence in plan.Sequences)
        {
            _attentionStep.Add(sequence, next);
            ReadOnlySpan<int> tokens = sequence.Tokens.Span;
            for (int i = 0; i < tokens.Length; i++, next++)
            {
                if (i >= tokens.Length - sequence.LogitsRows)
                {
                    _logitsRows[logits++] = next;
                }

                _plan[next] = new Row(tokens[i], sequence.Start + i, sequence.WantsHidden);
            }
        }

        return next;
    }

    private void Begin(int i, int thread)
    {
        _decoder.Tokens.Write(_rows.Hidden.Row(i), _plan[i].Token, _plan[i].Position);
        PackNormed(i, _layer.AttentionNorm, _layer.Qkv);
    }

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

    private void CapLogits(int i, int thread)
    {
        fixed (float* logits = _logits)
        {
            ActivationKernels.SoftCap(
                logits + ((long)i * _config.VocabularySize), (float)_config.LogitSoftCap!.Value, _config.VocabularySize);
        }
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
        }

        if (_config.LogitSoftCap is not null)
        {
            ForEachRow(wanted, 8 * width, _capLogits);
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

    private readonly record struct Row(int Token, int Position, bool WantsHidden);
}
