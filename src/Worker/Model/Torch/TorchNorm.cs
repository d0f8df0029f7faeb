using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// A normalisation over the last dimension, computed in fp32 whatever the format of the rows: squares of bfloat16 numbers would lose what
/// the mean is made of.
/// </summary>
/// <param name="Weight">[width], fp32, what a normalised entry is multiplied by.</param>
/// <param name="Bias">[width], fp32, makes it a LayerNorm; null an RMSNorm.</param>
/// <param name="Eps">Added to the mean square or to the variance.</param>
internal sealed record TorchNorm(Tensor Weight, Tensor? Bias, double Eps)
{
    /// <summary>The normalised rows, [.., width], in the format of <paramref name="x"/>.</summary>
    public Tensor Apply(Tensor x)
    {
        Tensor wide = x.to(float32);
        Tensor normed = Bias is null
            ? wide * (wide * wide).mean([-1], keepdim: true).Plus(Eps).rsqrt() * Weight
            : nn.functional.layer_norm(wide, [Weight.shape[0]], Weight, Bias, Eps);
        return normed.to(x.dtype);
    }
}
