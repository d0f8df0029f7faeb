using System.Runtime.InteropServices;

namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>Rows of 32-bit floats, allocated once for the largest step, each on a cache line of its own.</summary>
internal sealed unsafe class RowMemory : IDisposable
{
    private const int LineFloats = 16;

    private float* _memory;

    /// <param name="rows">Rows to make room for.</param>
    /// <param name="width">Entries of a row.</param>
    public RowMemory(int rows, int width)
    {
        Width = width;

        // One line more than needed: rows that are a power of two apart would all fall into the same sets of the cache.
        Stride = (((width + LineFloats - 1) / LineFloats) + 1) * LineFloats;
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)((long)rows * Stride * sizeof(float)), 64);
    }

    /// <summary>Entries of a row.</summary>
    public int Width { get; }

    /// <summary>Floats from a row to the next.</summary>
    public int Stride { get; }

    /// <summary>Address of a row.</summary>
    public float* Row(int row) => _memory + ((long)row * Stride);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
