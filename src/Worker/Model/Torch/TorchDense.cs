using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>y = x·Wᵀ (+ b).</summary>
/// <param name="Weight">[outputs, inputs].</param>
/// <param name="Bias">[outputs]; null when there is none.</param>
internal sealed record TorchDense(Tensor Weight, Tensor? Bias = null)
{
    /// <summary>The product of [rows, inputs], [rows, outputs].</summary>
    public Tensor Apply(Tensor x) => nn.functional.linear(x, Weight, Bias);
}
