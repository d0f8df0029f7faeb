using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>Reads named weights into fp32 tensors of our own, checking every shape.</summary>
internal sealed class WeightTensors(WeightFiles files)
{
    /// <summary>A vector of <paramref name="length"/> entries.</summary>
    public Tensor Vector(string name, long length) => Stack(null, (name, length));

    /// <summary>Several matrices of the same width on top of each other (or vectors one after another, when there is no width).</summary>
    public Tensor Stack(long? columns, params (string Name, long Rows)[] parts)
    {
        long rows = parts.Sum(p => p.Rows);
        Tensor stacked = empty(columns is { } width ? [rows, width] : [rows], float32);
        Span<float> target = MemoryMarshal.Cast<byte, float>(stacked.bytes);
        foreach ((string name, long partRows) in parts)
        {
            WeightTensor source = files.Get(name);
            source.Require(columns is { } c ? [partRows, c] : [partRows]);
            int length = checked((int)(partRows * (columns ?? 1)));
            source.CopyTo(target[..length]);
            target = target[length..];
        }

        return stacked;
    }
}
