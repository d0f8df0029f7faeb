using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Training.Experts.Network;

/// <summary>
/// The weights of an expert in training, 32-bit. Projections that read the same input are one matrix here, and are told apart when they are
/// written (<see cref="ExpertFiles"/>).
/// </summary>
internal sealed class ExpertWeights : IDisposable
{
    private readonly List<(string Name, Tensor Value)> _named = [];

    private ExpertWeights(ExpertShape shape, Func<string, long[], Tensor> make)
    {
        Shape = shape;
        Embedding = Add("embedding", shape.Vocabulary, shape.Hidden);
        Layers =
        [
            .. Enumerable.Range(0, shape.Layers).Select(layer => new ExpertLayer(
                Add($"{layer}.attention_norm", shape.Hidden),
                Add($"{layer}.query_key_value", 3 * shape.Hidden, shape.Hidden),
                Add($"{layer}.attention_output", shape.Hidden, shape.Hidden),
                Add($"{layer}.feed_forward_norm", shape.Hidden),
                Add($"{layer}.gate_up", 2 * shape.FeedForward, shape.Hidden),
                Add($"{layer}.down", shape.Hidden, shape.FeedForward))),
        ];
        Norm = Add("norm", shape.Hidden);

        Tensor Add(string name, params long[] dimensions)
        {
            Tensor value = make(name, dimensions).requires_grad_();
            _named.Add((name, value));
            return value;
        }
    }

    /// <summary>Its dimensions.</summary>
    public ExpertShape Shape { get; }

    /// <summary>[vocabulary, hidden]; also what makes the logits.</summary>
    public Tensor Embedding { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<ExpertLayer> Layers { get; }

    /// <summary>[hidden]; before the logits.</summary>
    public Tensor Norm { get; }

    /// <summary>All of them by name, always in the same order.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Named => _named;

    /// <summary>Random weights: normal with deviation 0.02, less where a layer adds to the stream (GPT-2 §2.3).</summary>
    public static ExpertWeights Random(ExpertShape shape, long seed)
    {
        using Generator generator = new((ulong)seed, CPU);
        double residual = 0.02 / Math.Sqrt(2 * shape.Layers);
        return new ExpertWeights(shape, (name, dimensions) =>
        {
            if (dimensions.Length == 1)
            {
                return ones(dimensions);
            }

            bool adds = name.EndsWith("attention_output", StringComparison.Ordinal) || name.EndsWith("down", StringComparison.Ordinal);
            using Tensor normal = randn(dimensions, generator: generator);
            using Scalar deviation = adds ? residual : 0.02;
            return normal.mul(deviation);
        });
    }

    /// <summary>Weights of given values.</summary>
    /// <param name="shape">Their shape.</param>
    /// <param name="values">Gives the values of a name.</param>
    public static ExpertWeights Of(ExpertShape shape, Func<string, float[]> values) =>
        new(shape, (name, dimensions) => tensor(values(name), dimensions));

    public void Dispose() => _named.ForEach(weight => weight.Value.Dispose());
}
