using Godwit.Worker.Model.Families;

namespace Godwit.Worker.Model;

/// <summary>
/// Finds the parts of a decoder in its files by the names that its family gives them, checks every shape, and knows which tensors nobody
/// asked for.
/// </summary>
internal sealed class DecoderFiles
{
    private readonly WeightFiles _files;
    private readonly ModelConfig _config;
    private readonly WeightNames _names;
    private readonly string _prefix;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public DecoderFiles(WeightFiles files, ModelConfig config)
    {
        _files = files;
        _config = config;
        _names = config.Family.Weights;
        _prefix = _names.Prefixes.FirstOrDefault(prefix => files.Contains(EmbeddingName(prefix))) ?? _names.Prefixes[0];
    }

    /// <summary>The token embedding, [vocabulary, hidden].</summary>
    public MatrixSource Embedding => Matrix(_config.HiddenSize, inputsFirst: false, (EmbeddingName(_prefix), _config.VocabularySize));

    /// <summary>The position embedding, [context, hidden]; null when positions are rotated.</summary>
    public MatrixSource? Positions => _names.Positions is null
        ? null
        : Matrix(_config.HiddenSize, inputsFirst: false, ($"{_prefix}{_names.Positions}.weight", _config.ContextLength));

    /// <summary>The output projection to logits; the embedding's matrix where they are tied.</summary>
    public MatrixSource Head => _config.TieWordEmbeddings
        ? Embedding
        : Matrix(_config.HiddenSize, inputsFirst: false, (_names.Head + ".weight", _config.VocabularySize));

    /// <summary>
    /// What embeddings are multiplied by. Where it is √hidden, it has the precision of the stored embeddings: the model was trained with
    /// the rounded factor, which in bfloat16 differs by up to 0.4 %.
    /// </summary>
    public float EmbeddingScale
    {
        get
        {
            if (!_config.Family.ScaleEmbedding)
            {
                return 1;
            }

            float scale = MathF.Sqrt(_config.HiddenSize);
            return _files.Get(EmbeddingName(_prefix)).Dtype switch
            {
                WeightDtype.F16 => (float)(Half)scale,
                WeightDtype.BF16 => BrainFloat.ToFloat(BrainFloat.FromFloat(scale)),
                _ => scale,
            };
        }
    }

    /// <summary>Weights and, for a LayerNorm, biases of the norm after the last layer.</summary>
    public (float[] Weight, float[]? Bias) FinalNorm => Norm(_prefix + _names.FinalNorm, _config.HiddenSize);

    /// <summary>Weights and, for a LayerNorm, biases of a norm of a layer; weights around zero are moved to around one.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="name">Its name in the layer.</param>
    /// <param name="width">Entries of a row.</param>
    public (float[] Weight, float[]? Bias) Norm(int layer, string name, int width) => Norm(LayerPrefix(layer) + name, width);

    /// <summary>The matrix of a product of a layer.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="names">Names in the layer of the matrices that are stacked, or of the one that holds them stacked.</param>
    /// <param name="inputs">Entries of an input row.</param>
    /// <param name="outputs">Outputs of each matrix.</param>
    public MatrixSource Dense(int layer, IReadOnlyList<string> names, int inputs, params ReadOnlySpan<int> outputs) =>
        Matrix(inputs, _names.InputsFirst, Parts(layer, names, ".weight", outputs));

    /// <summary>The biases of a product of a layer, one after another.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="names">As for <see cref="Dense"/>.</param>
    /// <param name="outputs">As for <see cref="Dense"/>.</param>
    public float[] Biases(int layer, IReadOnlyList<string> names, params ReadOnlySpan<int> outputs) =>
        Vector(Parts(layer, names, ".bias", outputs));

    /// <summary>Refuses files that hold more than was asked for.</summary>
    /// <exception cref="ModelLoadException">They do: a bias, a norm or an expert without a place in the model means that it computes
    /// something else than what would be computed here. The first tensor by name is given.</exception>
    public void RequireAllRead()
    {
        // Tied models are often saved with the head's copy of the embedding.
        string? copy = _config.TieWordEmbeddings ? _names.Head + ".weight" : null;
        string[] left = [.. _files.Names
            .Where(name => !_read.Contains(name) && name != copy)
            .Where(name => !_names.NoWeights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];
        if (left.Length > 0)
        {
            string others = left.Length > 1 ? $" (and {left.Length - 1} more)" : "";
            throw new ModelLoadException(
                _files.Directory, $"the weights have tensor '{left[0]}'{others}, for which the configured architecture has no place");
        }
    }

    private (string Name, int Outputs)[] Parts(int layer, IReadOnlyList<string> names, string ending, ReadOnlySpan<int> outputs)
    {
        int sum = 0;
        foreach (int part in outputs)
        {
            sum += part;
        }

        var parts = new (string, int)[names.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = (LayerPrefix(layer) + names[i] + ending, names.Count == 1 ? sum : outputs[i]);
        }

        return parts;
    }

    private MatrixSource Matrix(int inputs, bool inputsFirst, params IReadOnlyList<(string Name, int Outputs)> parts) => new(
        [.. parts.Select(part => inputsFirst ? Read(part.Name, inputs, part.Outputs) : Read(part.Name, part.Outputs, inputs))],
        inputs,
        inputsFirst);

    private float[] Vector(params IReadOnlyList<(string Name, int Length)> parts)
    {
        float[] stacked = new float[parts.Sum(part => part.Length)];
        int next = 0;
        foreach ((string name, int length) in parts)
        {
            Read(name, length).CopyTo(stacked.AsSpan(next, length));
            next += length;
        }

        return stacked;
    }

    private (float[] Weight, float[]? Bias) Norm(string name, int width)
    {
        float[] weight = Vector((name + ".weight", width));
        if (_config.Family.Norm == NormKind.RmsAroundOne)
        {
            for (int i = 0; i < weight.Length; i++)
            {
                weight[i] += 1;
            }
        }

        return (weight, _config.Family.Norm == NormKind.Layer ? Vector((name + ".bias", width)) : null);
    }

    private WeightTensor Read(string name, params ReadOnlySpan<long> shape)
    {
        WeightTensor source = _files.Get(name).Require(shape);
        _read.Add(name);
        return source;
    }

    private string EmbeddingName(string prefix) => $"{prefix}{_names.Embedding}.weight";

    private string LayerPrefix(int layer) => $"{_prefix}{_names.Layers}{layer}.";
}
