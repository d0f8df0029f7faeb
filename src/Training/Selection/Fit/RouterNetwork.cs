using Godwit.Training.Selection.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Godwit.Training.Selection.Fit;

/// <summary>
/// The router's graph in training: predictions are in standard deviations of each expert's losses. The layers are TorchSharp's; the table
/// learns apart (<see cref="FeatureTable"/>).
/// </summary>
internal sealed class RouterNetwork : nn.Module
{
    private readonly FeatureTable _table;
    private readonly Linear _hidden;
    private readonly Linear _loss;

    /// <param name="table">The table.</param>
    /// <param name="hidden">Length of the embedding.</param>
    /// <param name="experts">Outputs.</param>
    /// <param name="random">Draws the weights; TorchSharp's own generator is the whole process's.</param>
    public RouterNetwork(FeatureTable table, int hidden, int experts, Random random)
        : base(nameof(RouterNetwork))
    {
        _table = table;
        _hidden = nn.Linear(table.Width, hidden);
        _loss = nn.Linear(hidden, experts);
        DrawLayer(_hidden, table.Width, random);
        DrawLayer(_loss, hidden, random);
        RegisterComponents();
    }

    /// <summary>The sums of the table's rows of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="learns">Whether their gradient will be wanted.</param>
    public Tensor Sums(FeatureBatch batch, bool learns) =>
        tensor(_table.Sum(batch), [batch.Count, _table.Width], requires_grad: learns);

    /// <summary>Standardised losses.</summary>
    /// <param name="sums">What <see cref="Sums"/> gave.</param>
    public Tensor Forward(Tensor sums) => _loss.forward(nn.functional.relu(_hidden.forward(sums)));

    /// <summary>Takes the table's step, after the gradients were computed.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="sums">What <see cref="Sums"/> gave for it.</param>
    /// <param name="rate">See <see cref="FeatureTable.Learn"/>.</param>
    public void LearnTable(FeatureBatch batch, Tensor sums, double rate) => _table.Learn(batch, Values(sums.grad!), (float)rate);

    /// <summary>The weights for predictions in nats per byte, and heads for the variance that say nothing yet.</summary>
    /// <param name="means">Mean loss of each expert.</param>
    /// <param name="deviations">Standard deviation of each expert's losses.</param>
    public RouterWeights ToWeights(float[] means, float[] deviations)
    {
        DenseLayer hidden = Layer(_hidden), loss = Layer(_loss);
        float[] weights = [.. loss.Weights.Select((weight, i) => weight * deviations[i / loss.Inputs])];
        float[] bias = [.. loss.Bias.Select((value, expert) => (value * deviations[expert]) + means[expert])];
        return new RouterWeights(
            _table.Rows,
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

    private static float[] Values(Tensor values)
    {
        using Tensor plain = values.detach().contiguous();
        return plain.data<float>().ToArray();
    }
}
