using Godwit.Worker.Model.Families;
using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>Finds the parts of a decoder in its files by the names that its family gives them.</summary>
internal sealed unsafe class DecoderWeights
{
    private readonly WeightTensors _tensors;
    private readonly ModelConfig _config;
    private readonly WeightNames _names;
    private readonly string _prefix;

    public DecoderWeights(WeightFiles files, ModelConfig config)
    {
        _tensors = new WeightTensors(files);
        _config = config;
        _names = config.Family.Weights;
        _prefix = _names.Prefixes.FirstOrDefault(prefix => _tensors.Contains(Embedding(prefix))) ?? _names.Prefixes[0];
    }

    /// <summary>The token embedding, [vocabulary, hidden].</summary>
    public Tensor ReadEmbedding() => _tensors.Matrix(_config.HiddenSize, inputsFirst: false, (Embedding(_prefix), _config.VocabularySize));

    /// <summary>The position embedding, [context, hidden]; null when positions are rotated.</summary>
    public Tensor? ReadPositions() => _names.Positions is null
        ? null
        : _tensors.Matrix(_config.HiddenSize, inputsFirst: false, ($"{_prefix}{_names.Positions}.weight", _config.ContextLength));

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

        float scale = MathF.Sqrt(_config.HiddenSize);
        return _tensors.Dtype(Embedding(_prefix)) switch
        {
            WeightDtype.F16 => (float)(Half)scale,
            WeightDtype.BF16 => RoundedToBrainFloat(scale),
            _ => scale,
        };
    }

    /// <summary>The output projection to logits; the embedding's matrix where they are tied.</summary>
    public DenseLayer ReadHead(Tensor embedding) => new(_config.TieWordEmbeddings
        ? embedding.alias()
        : _tensors.Matrix(_config.HiddenSize, inputsFirst: false, (_names.Head + ".weight", _config.VocabularySize)));

    /// <summary>The norm after the last layer.</summary>
    public NormLayer ReadFinalNorm() => Norm(_prefix + _names.FinalNorm, _config.HiddenSize);

    /// <summary>A norm of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="name">Its name in the layer.</param>
    /// <param name="width">Entries of a row.</param>
    public NormLayer ReadNorm(int layer, string name, int width) => Norm(LayerPrefix(layer) + name, width);

    /// <summary>A product of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="names">Names in the layer of the matrices that are stacked, or of the one that holds them stacked.</param>
    /// <param name="inputs">Entries of an input row.</param>
    /// <param name="outputs">Outputs of each matrix.</param>
    /// <param name="bias">Whether each has a bias.</param>
    public DenseLayer ReadDense(int layer, IReadOnlyList<string> names, long inputs, ReadOnlySpan<long> outputs, bool bias)
    {
        long sum = 0;
        foreach (long part in outputs)
        {
            sum += part;
        }

        var weights = new (string, long)[names.Count];
        var biases = new (string, long)[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            long own = names.Count == 1 ? sum : outputs[i];
            weights[i] = ($"{LayerPrefix(layer)}{names[i]}.weight", own);
            biases[i] = ($"{LayerPrefix(layer)}{names[i]}.bias", own);
        }

        return new DenseLayer(_tensors.Matrix(inputs, _names.InputsFirst, weights), bias ? _tensors.Vector(biases) : null);
    }

    /// <summary>Refuses files that hold more than the decoder has read.</summary>
    /// <exception cref="ModelLoadException">They do.</exception>
    public void RequireAllRead()
    {
        // Tied models are often saved with the head's copy of the embedding.
        string? copy = _config.TieWordEmbeddings ? _names.Head + ".weight" : null;
        _tensors.RequireAllRead(name => name == copy || _names.NoWeights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)));
    }

    private string Embedding(string prefix) => $"{prefix}{_names.Embedding}.weight";

    private string LayerPrefix(int layer) => $"{_prefix}{_names.Layers}{layer}.";

    private NormLayer Norm(string name, int width)
    {
        Tensor weight = _tensors.Vector((name + ".weight", width));
        if (_config.Family.Norm == NormKind.RmsAroundOne)
        {
            float* entries = RowBuffer.PointerTo(weight);
            for (int i = 0; i < width; i++)
            {
                entries[i] += 1;
            }
        }

        Tensor? bias = _config.Family.Norm == NormKind.Layer ? _tensors.Vector((name + ".bias", width)) : null;
        return new NormLayer(weight, bias, _config.NormEps);
    }

    // To the nearest, ties to even: a bfloat16 is the upper half of a 32-bit float.
    private static float RoundedToBrainFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
