using Godwit.Training.Experts.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Training.Experts.Fit;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2), with its averages in the open, so that a checkpoint holds them. Vectors (norms) do not
/// decay.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double MeanDecay = 0.9;
    private const double SquareDecay = 0.95;
    private const double WeightDecay = 0.1;
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyList<(string Name, Tensor Value)> _weights;

    /// <param name="weights">What it changes.</param>
    public AdamW(ExpertWeights weights)
    {
        _weights = weights.Named;
        Means = [.. _weights.Select(weight => zeros(weight.Value.shape))];
        Squares = [.. _weights.Select(weight => zeros(weight.Value.shape))];
    }

    /// <summary>Running means of the gradients, in the order of the weights.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>Running means of their squares.</summary>
    public IReadOnlyList<Tensor> Squares { get; }

    /// <summary>Changes the weights by their gradients, and forgets these.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="scale">Factor of all gradients (clipping).</param>
    public void Step(int step, double rate, double scale)
    {
        using IDisposable noGradients = no_grad();
        double meanBias = 1 - Math.Pow(MeanDecay, step), squareBias = 1 - Math.Pow(SquareDecay, step);
        using Scalar meanKept = MeanDecay, meanNew = (1 - MeanDecay) * scale;
        using Scalar squareKept = SquareDecay, squareNew = (1 - SquareDecay) * scale * scale;
        using Scalar kept = 1 - (rate * WeightDecay), move = -rate / meanBias, correction = 1 / squareBias, epsilon = Epsilon;
        foreach ((int i, (_, Tensor weight)) in _weights.Index())
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor gradient = weight.grad!;
            Means[i].mul_(meanKept).add_(gradient, meanNew);
            Squares[i].mul_(squareKept).addcmul_(gradient, gradient, squareNew);
            if (weight.dim() > 1)
            {
                weight.mul_(kept);
            }

            weight.addcdiv_(Means[i], Squares[i].mul(correction).sqrt_().add_(epsilon), move);
            gradient.zero_();
        }
    }

    /// <summary>Length of all gradients together.</summary>
    public double GradientNorm()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return Math.Sqrt(_weights.Sum(weight => (double)weight.Value.grad!.mul(weight.Value.grad!).sum().item<float>()));
    }

    public void Dispose()
    {
        foreach (Tensor average in Means.Concat(Squares))
        {
            average.Dispose();
        }
    }
}
