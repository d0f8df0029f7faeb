using System.Numerics;
using System.Runtime.InteropServices;

namespace Godwit.Worker.Model;

/// <summary>One tensor in a mapped weights file: its bytes as stored, and a copy as 32-bit numbers, exact for all three formats.</summary>
internal sealed unsafe class WeightTensor(SafetensorsFile file, SafetensorsEntry entry, WeightDtype dtype)
{
    /// <summary>Bytes converted at a time; a span cannot hold more than 2 GiB, a tensor can.</summary>
    private const int ChunkBytes = 1 << 20;

    public string Name => entry.Name;

    public WeightDtype Dtype => dtype;

    /// <summary>Dimensions, outermost first.</summary>
    public IReadOnlyList<long> Shape => entry.Shape;

    public long ByteLength => entry.ByteLength;

    public long ElementCount => entry.ByteLength / ElementBytes;

    /// <summary>The stored bytes, little-endian, row-major; a tensor of 2 GiB or more must be read by <see cref="CopyTo"/>.</summary>
    public ReadOnlySpan<byte> Data => file.Bytes(entry.Offset, checked((int)entry.ByteLength));

    /// <summary>Where the stored bytes begin; valid while the file is open.</summary>
    public byte* Address => file.Address(entry.Offset);

    private int ElementBytes => dtype == WeightDtype.F32 ? sizeof(float) : sizeof(ushort);

    /// <summary>This tensor if it has the given shape.</summary>
    /// <exception cref="ModelLoadException">It has another one.</exception>
    public WeightTensor Require(params ReadOnlySpan<long> shape)
    {
        var equal = shape.Length == Shape.Count;
        for (var i = 0; equal && i < shape.Length; i++)
            equal = shape[i] == Shape[i];
        if (equal)
            return this;
        throw new ModelLoadException(
            file.Path, $"tensor '{Name}' has shape [{string.Join(", ", Shape)}]; the configuration asks for [{string.Join(", ", shape.ToArray())}]");
    }

    /// <summary>Copies the values that begin at an element, as many as the destination holds.</summary>
    public void CopyTo(Span<float> destination, long firstElement = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, ElementCount - firstElement);
        var offset = entry.Offset + (firstElement * ElementBytes);
        var chunk = ChunkBytes / ElementBytes;
        while (!destination.IsEmpty)
        {
            var count = Math.Min(chunk, destination.Length);
            Convert(file.Bytes(offset, count * ElementBytes), destination[..count]);
            destination = destination[count..];
            offset += (long)count * ElementBytes;
        }
    }

    private void Convert(ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (dtype)
        {
            case WeightDtype.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case WeightDtype.F16:
                var halves = MemoryMarshal.Cast<byte, Half>(source);
                for (var i = 0; i < halves.Length; i++)
                    destination[i] = (float)halves[i];
                break;
            case WeightDtype.BF16:
                WidenBrainFloats(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
        }
    }

    /// <summary>A bfloat16 is the upper half of a 32-bit float.</summary>
    private static void WidenBrainFloats(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        var i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            (low << 16).CopyTo(destination[i..]);
            (high << 16).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
            destination[i] = (uint)source[i] << 16;
    }
}
