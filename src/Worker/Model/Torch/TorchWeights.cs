using Godwit.Worker.Model.Families;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// Reads the parts of a decoder from its files onto a device, by the names that its family gives them. The tensors belong to the dispose
/// scope in which they are read.
/// </summary>
internal sealed class TorchWeights
{
    // Entries that pass through the host's memory at a time.
    private const int ChunkEntries = 1 << 20;

    private readonly WeightFiles _files;
    private readonly ModelConfig _config;
    private readonly WeightNames _names;
    private readonly string _prefix;
    private readonly Device _device;
    private readonly ScalarType _dtype;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <param name="files">Weights in Hugging Face's names; read only while parts are.</param>
    /// <param name="config">Shape.</param>
    /// <param name="device">Where the tensors shall live.</param>
    /// <param name="dtype">Their number format; norms are fp32 in any case.</param>
    public TorchWeights(WeightFiles files, ModelConfig config, Device device, ScalarType dtype)
    {
        _files = files;
        _config = config;
        _names = config.Family.Weights;
        _prefix = Prefix(files, _names);
        _device = device;
        _dtype = dtype;
    }

    /// <summary>
    /// The number format to compute in: fp32 on the host; elsewhere that of the stored embedding, but fp32 where it is half precision,
    /// which does not hold the activations of every model that is stored in it.
    /// </summary>
    public static ScalarType DtypeOn(Device device, WeightFiles files, ModelConfig config)
    {
        bool brain = Stored(files, Embedding(Prefix(files, config.Family.Weights), config.Family.Weights)) == bfloat16;
        return brain && device.type != TorchSharp.DeviceType.CPU ? bfloat16 : float32;
    }

    /// <summary>The token embedding, [vocabulary, hidden].</summary>
    public Tensor ReadEmbedding() => Read(Embedding(_prefix, _names), _dtype, _config.VocabularySize, _config.HiddenSize);

    /// <summary>The position embedding, [context, hidden]; null when positions are rotated.</summary>
    public Tensor? ReadPositions() => _names.Positions is null
        ? null
        : Read($"{_prefix}{_names.Positions}.weight", _dtype, _config.ContextLength, _config.HiddenSize);

    /// <summary>
    /// What embeddings are multiplied by. Where it is √hidden, it has the precision of the stored embeddings: the model was trained with
    /// the rounded factor, which in bfloat16 differs by up to 0.4 %.
    /// </summary>
    public float EmbeddingScale()
    {
        if (!_config.Family.ScaleEmbedding)
        {
            return 1;
        }

        using Tensor exact = tensor(MathF.Sqrt(_config.HiddenSize));
        using Tensor rounded = exact.to(Stored(_files, Embedding(_prefix, _names))), wide = rounded.to(float32);
        return wide.item<float>();
    }

    /// <summary>The output projection to logits; the embedding's matrix where they are tied.</summary>
    public TorchDense ReadHead(Tensor embedding) => new(_config.TieWordEmbeddings
        ? embedding
        : Read(_names.Head + ".weight", _dtype, _config.VocabularySize, _config.HiddenSize));

    /// <summary>The norm after the last layer.</summary>
    public TorchNorm ReadFinalNorm() => Norm(_prefix + _names.FinalNorm, _config.HiddenSize);

    /// <summary>A norm of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="name">Its name in the layer.</param>
    /// <param name="width">Entries of a row.</param>
    public TorchNorm ReadNorm(int layer, string name, int width) => Norm(LayerPrefix(layer) + name, width);

    /// <summary>A product of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="names">Names in the layer of the matrices that are stacked, or of the one that holds them stacked.</param>
    /// <param name="inputs">Entries of an input row.</param>
    /// <param name="outputs">Outputs of each matrix.</param>
    /// <param name="bias">Whether each has a bias.</param>
    public TorchDense ReadDense(int layer, IReadOnlyList<string> names, long inputs, long[] outputs, bool bias)
    {
        long[] own = names.Count == 1 ? [outputs.Sum()] : outputs;
        string[] full = [.. names.Select(name => LayerPrefix(layer) + name)];
        Tensor weight = Stacked([.. full.Zip(own, (name, count) => Matrix(name + ".weight", count, inputs))]);
        return new TorchDense(weight, bias ? Stacked([.. full.Zip(own, (name, count) => Read(name + ".bias", _dtype, count))]) : null);
    }

    /// <summary>
    /// Refuses files with tensors that nobody read: a bias, a norm or an expert without a place in the model means that it computes
    /// something else than what is computed here.
    /// </summary>
    /// <exception cref="ModelLoadException">There is such a tensor; the first by name is given.</exception>
    public void RequireAllRead()
    {
        // Tied models are often saved with the head's copy of the embedding.
        string? copy = _config.TieWordEmbeddings ? _names.Head + ".weight" : null;
        string[] left = [.. _files.Names.Where(name => !_read.Contains(name) && name != copy
            && !_names.NoWeights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        if (left.Length > 0)
        {
            string others = left.Length > 1 ? $" (and {left.Length - 1} more)" : "";
            throw new ModelLoadException(
                _files.Directory, $"the weights have tensor '{left[0]}'{others}, for which the configured architecture has no place");
        }
    }

    private static ScalarType Stored(WeightFiles files, string name) => files.Get(name).Dtype switch
    {
        WeightDtype.F16 => float16,
        WeightDtype.BF16 => bfloat16,
        _ => float32,
    };

    private static string Prefix(WeightFiles files, WeightNames names) =>
        names.Prefixes.FirstOrDefault(prefix => files.Contains(Embedding(prefix, names))) ?? names.Prefixes[0];

    private static string Embedding(string prefix, WeightNames names) => $"{prefix}{names.Embedding}.weight";

    private string LayerPrefix(int layer) => $"{_prefix}{_names.Layers}{layer}.";

    private TorchNorm Norm(string name, int width)
    {
        Tensor weight = Read(name + ".weight", float32, width);
        if (_config.Family.Norm == NormKind.RmsAroundOne)
        {
            weight.add_(1);
        }

        Tensor? bias = _config.Family.Norm == NormKind.Layer ? Read(name + ".bias", float32, width) : null;
        return new TorchNorm(weight, bias, _config.NormEps);
    }

    private Tensor Matrix(string name, long outputs, long inputs)
    {
        if (!_names.InputsFirst)
        {
            return Read(name, _dtype, outputs, inputs);
        }

        using Tensor stored = Read(name, _dtype, inputs, outputs), turned = stored.t();
        return turned.contiguous();
    }

    private Tensor Stacked(Tensor[] parts)
    {
        if (parts.Length == 1)
        {
            return parts[0];
        }

        Tensor stacked = cat(parts);
        foreach (Tensor part in parts)
        {
            part.Dispose();
        }

        return stacked;
    }

    private Tensor Read(string name, ScalarType dtype, params long[] shape)
    {
        WeightTensor source = _files.Get(name).Require(shape);
        _read.Add(name);
        Tensor target = empty(shape, dtype, _device);
        using Tensor flat = target.view(-1);
        for (long done = 0; done < source.ElementCount; done += ChunkEntries)
        {
            float[] values = new float[Math.Min(ChunkEntries, source.ElementCount - done)];
            source.CopyTo(values, done);
            using Tensor chunk = tensor(values), part = flat.narrow(0, done, values.Length);
            part.copy_(chunk);
        }

        return target;
    }
}
