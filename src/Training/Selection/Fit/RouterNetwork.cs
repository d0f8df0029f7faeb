using Godwit.Training.Selection.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Godwit.Training.Selection.Fit;

/// <summary>The router's graph as TorchSharp trains it: predictions are in standard deviations of each expert's losses.</summary>
internal sealed class RouterNetwork : nn.Module
{
    private readonly EmbeddingBag _table;
    private readonly Linear _hidden;
    private readonly Linear _loss;

    /// <param name="buckets">Rows of the table.</param>
    /// <param name="width">Length of one.</param>
    /// <param name="hidden">Length of the embedding.</param>
    /// <param name="experts">Outputs.</param>
    /// <param name="deviation">Standard deviation of the table.</param>
    /// <param name="random">Draws the weights; TorchSharp's own generator is the whole process's.</param>
    public RouterNetwork(int buckets, int width, int hidden, int experts, double deviation, Random random)
        : base(nameof(RouterNetwork))
    {
        _table = nn.EmbeddingBag(buckets, width, mode: EmbeddingBagMode.Sum);
        _hidden = nn.Linear(width, hidden);
        _loss = nn.Linear(hidden, experts);
        Draw(_table.weight!, deviation * Math.Sqrt(3), random);
        DrawLayer(_hidden, width, random);
        DrawLayer(_loss, hidden, random);
        RegisterComponents();
    }

    /// <summary>Standardised losses of a batch.</summary>
    /// <param name="ids">Buckets of all its prompts, one behind the other.</param>
    /// <param name="starts">Where each prompt's begin.</param>
    /// <param name="weights">A weight per bucket.</param>
    public Tensor Forward(Tensor ids, Tensor starts, Tensor weights) =>
        _loss.forward(nn.functional.relu(_hidden.forward(_table.forward(ids, starts, weights))));

    /// <summary>The weights for predictions in nats per byte, and heads for the variance that say nothing yet.</summary>
    /// <param name="means">Mean loss of each expert.</param>
    /// <param name="deviations">Standard deviation of each expert's losses.</param>
    public RouterWeights ToWeights(float[] means, float[] deviations)
    {
        DenseLayer hidden = Layer(_hidden), loss = Layer(_loss);
        float[] weights = [.. loss.Weights.Select((weight, i) => weight * deviations[i / loss.Inputs])];
        float[] bias = [.. loss.Bias.Select((value, expert) => (value * deviations[expert]) + means[expert])];
        return new RouterWeights(
            Values(_table.weight!),
            hidden,
            new DenseLayer(weights, bias),
            new DenseLayer(new float[weights.Length], new float[bias.Length]));
    }

    private static void DrawLayer(Linear layer, int inputs, Random random)
    {
        Draw(layer.weight!, 1 / Math.Sqrt(inputs), random);
        Draw(layer.bias!, 1 / Math.Sqrt(inputs), random);
    }

    private static void Draw(Parameter parameter, double most, Random random)
    {
        using IDisposable gradients = no_grad();
        using Tensor drawn = tensor(Enumerable.Range(0, (int)parameter.numel())
            .Select(_ => (float)(most * ((2 * random.NextDouble()) - 1))).ToArray());
        parameter.copy_(drawn.reshape(parameter.shape));
    }

    private static DenseLayer Layer(Linear layer) => new(Values(layer.weight!), Values(layer.bias!));

    private static float[] Values(Tensor tensor)
    {
        using Tensor plain = tensor.detach().contiguous();
        return plain.data<float>().ToArray();
    }
}
