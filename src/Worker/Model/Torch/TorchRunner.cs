using System.Runtime.InteropServices;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// A decoder of tensor operations alone, on whatever device libtorch has: the reference for the other backends, and the way to a GPU.
/// Prefill and decode rows of all sequences go through the layers together. libtorch chooses its kernels by the shape of a batch, so a
/// row's last bits depend on its company (docs/decisions/0014-torch-runner-on-tensors.md).
/// </summary>
internal sealed class TorchRunner : IModelRunner
{
    private readonly ModelConfig _config;
    private readonly Device _device;
    private readonly ScalarType _dtype;
    private readonly int _threads;
    private readonly Tensor _embedding;
    private readonly Tensor? _positions;
    private readonly float _embeddingScale;
    private readonly TorchLayer[] _layers;
    private readonly TorchNorm _finalNorm;
    private readonly TorchDense _head;
    private readonly TorchRotary _rotary;
    private readonly TorchKvCache _cache;
    private readonly TorchAttention _attention;
    private readonly IReadOnlyList<IDisposable> _owned;
    private readonly float[] _logits;
    private float[] _hidden = [];
    private Thread? _configuredThread;

    /// <param name="files">Weights in Hugging Face's names; not used after the constructor.</param>
    /// <param name="config">Shape.</param>
    /// <param name="limits">Sequences and KV blocks to make room for.</param>
    /// <param name="device">Where everything is computed.</param>
    /// <param name="dtype">Number format of weights, rows and KV cache: float32 or bfloat16.</param>
    /// <param name="threads">Threads of one forward pass, as far as the host computes.</param>
    public TorchRunner(WeightFiles files, ModelConfig config, RunnerLimits limits, Device device, ScalarType dtype, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        _config = config;
        _device = device;
        _dtype = dtype;
        _threads = threads;
        var weights = new TorchWeights(new DecoderFiles(files, config), config, device, dtype);
        _embedding = weights.ReadEmbedding();
        _positions = weights.ReadPositions();
        _embeddingScale = weights.EmbeddingScale();
        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new TorchLayer(weights, config, i))];
        _finalNorm = weights.ReadFinalNorm();
        _head = weights.ReadHead(_embedding);
        weights.RequireAllRead();
        _rotary = new TorchRotary(config, limits.ContextLength, device);
        _cache = new TorchKvCache(config, limits.KvBlocks, dtype, device);
        _attention = new TorchAttention(config, _cache);
        // What its parts have left in the scope lives as long as the runner does; had one of them failed, it would end here.
        _owned = [.. scope.DisposablesView];
        scope.Detach(_owned);
        _logits = GC.AllocateUninitializedArray<float>(limits.MaxSequences * config.VocabularySize, pinned: true);
    }

    /// <summary>The decoder on a device that is named as in the options, in the device's own number format.</summary>
    /// <param name="files">Weights in Hugging Face's names; not used after the call.</param>
    /// <param name="config">Shape.</param>
    /// <param name="device">Name of the device.</param>
    /// <param name="limits">What to make room for, given the bytes of a KV block.</param>
    /// <param name="threads">Threads of one forward pass, as far as the host computes.</param>
    /// <exception cref="ModelLoadException">The device is not there, or the weights are not the model's.</exception>
    public static TorchRunner Load(
        WeightFiles files, ModelConfig config, string device, Func<long, RunnerLimits> limits, int threads)
    {
        Device opened = TorchDevice.Open(device);
        ScalarType dtype = TorchWeights.DtypeOn(opened, new DecoderFiles(files, config));
        return new TorchRunner(files, config, limits(TorchKvCache.BlockBytes(config, dtype)), opened, dtype, threads);
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
    public bool IsExact => false;

    /// <inheritdoc/>
    public string NumericsId => $"torch-{__version__}/{Format}/{_device.type.ToString().ToLowerInvariant()}/inexact{_rotary.Variant}";

    /// <inheritdoc/>
    public string KvLayout => $"{Format}/{_config.LayerCount}x2x{KvBlock.Tokens}x{_config.KvHeadCount}x{_config.HeadDim}";

    /// <inheritdoc/>
    public int BytesPerBlock => checked((int)TorchKvCache.BlockBytes(_config, _dtype));

    /// <inheritdoc/>
    public long DenseProducts { get; private set; }

    private string Format => _dtype == bfloat16 ? "bf16" : "f32";

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        ConfigureThread();
        using var noGradient = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        foreach (BlockCopy copy in plan.Copies)
        {
            _cache.Copy(copy);
        }

        TorchStep step = TorchStep.Lay(plan, _device);
        Tensor x = _finalNorm.Apply(Decode(Embed(step), step));
        HiddenStates = KeepHidden(x, step, plan.HiddenRows);
        return Logits(x, step, plan.LogitsRows);
    }

    // OpenMP's thread count belongs to the calling thread: set elsewhere, the engine's thread would fork a team of another size.
    private void ConfigureThread()
    {
        if (_configuredThread != Thread.CurrentThread)
        {
            set_num_threads(_threads);
            _configuredThread = Thread.CurrentThread;
        }
    }

    private Tensor Embed(TorchStep step)
    {
        Tensor x = _embedding.index_select(0, step.Tokens);
        x = _embeddingScale == 1 ? x : x.Times(_embeddingScale);
        return _positions is null ? x : x.Plus(_positions.index_select(0, step.Positions));
    }

    private Tensor Decode(Tensor x, TorchStep step)
    {
        KvView[][] views = _attention.Views(step, _dtype);
        TorchRotation?[] rotations = _rotary.At(step.Positions);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            // The scope would keep the rows of every layer until the end of the step.
            using Tensor before = x;
            x = _layers[layer].Forward(before, step, rotations[layer], _attention, views[layer]);
            DenseProducts += TorchLayer.DenseProducts;
        }

        return x;
    }

    private ReadOnlyMemory<float> KeepHidden(Tensor x, TorchStep step, int wanted)
    {
        if (_hidden.Length < wanted * HiddenSize)
        {
            _hidden = GC.AllocateUninitializedArray<float>(wanted * HiddenSize, pinned: true);
        }

        return wanted == 0 ? default : ToHost(x.index_select(0, step.HiddenRows), _hidden);
    }

    private ReadOnlyMemory<float> Logits(Tensor x, TorchStep step, int wanted)
    {
        if (wanted == 0)
        {
            return default;
        }

        Tensor logits = _head.Apply(x.index_select(0, step.LogitsRows)).to(float32);
        DenseProducts++;
        return ToHost(_config.LogitSoftCap is { } cap ? logits.Times(1 / cap).tanh().Times(cap) : logits, _logits);
    }

    private static ReadOnlyMemory<float> ToHost(Tensor rows, float[] target)
    {
        Tensor host = rows.to(float32).cpu().contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(host.bytes);
        values.CopyTo(target);
        return target.AsMemory(0, values.Length);
    }

    /// <inheritdoc/>
    public void ReadBlock(int block, Span<byte> bytes) => _cache.Read(block, bytes);

    /// <inheritdoc/>
    public void WriteBlock(int block, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, BytesPerBlock);
        _cache.Write(block, bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable tensor in _owned)
        {
            tensor.Dispose();
        }
    }
}
