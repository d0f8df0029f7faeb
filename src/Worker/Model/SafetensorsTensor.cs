using System.Runtime.InteropServices;

namespace Godwit.Worker.Model;

/// <summary>One tensor to be written, its values already in the bytes of its number format.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Its number format.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="Data">Its values, little-endian, row-major.</param>
internal sealed record SafetensorsTensor(string Name, WeightDtype Dtype, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data)
{
    public static SafetensorsTensor FromFloats(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, WeightDtype.F32, shape, MemoryMarshal.AsBytes(values).ToArray());
}
