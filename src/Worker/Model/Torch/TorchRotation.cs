using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>Turns the first entries of heads in Hugging Face's layout: of the turned entries, i is paired with i + half.</summary>
/// <param name="Cos">[rows, half], fp32.</param>
/// <param name="Sin">[rows, half], fp32.</param>
internal sealed record TorchRotation(Tensor Cos, Tensor Sin)
{
    /// <summary>The rotation of the rows at these positions, of a table of all positions.</summary>
    public TorchRotation At(Tensor positions) => new(Cos.index_select(0, positions), Sin.index_select(0, positions));

    /// <summary>Turned heads, [rows, heads, dim], in fp32.</summary>
    public Tensor Apply(Tensor heads)
    {
        long half = Cos.shape[1], dim = heads.shape[2];
        Tensor cos = Cos.unsqueeze(1), sin = Sin.unsqueeze(1);
        Tensor first = heads.narrow(2, 0, half), second = heads.narrow(2, half, half);
        Tensor rest = heads.narrow(2, 2 * half, dim - (2 * half)).to(float32);
        return cat([(first * cos) - (second * sin), (second * cos).Plus(first * sin), rest], 2);
    }
}
