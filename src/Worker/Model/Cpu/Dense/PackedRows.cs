using System.Runtime.InteropServices;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>The rows that the next product reads, in the order and format of its kernel. One buffer serves all products in turn.</summary>
internal sealed unsafe class PackedRows : IDisposable
{
    private const int Line = 64;

    private readonly DenseKernel _kernel;
    private byte* _memory;
    private float* _scales;

    /// <param name="kernel">The kernel that reads them.</param>
    /// <param name="rows">Rows to make room for.</param>
    /// <param name="inputs">Entries of the longest row.</param>
    public PackedRows(DenseKernel kernel, int rows, int inputs)
    {
        _kernel = kernel;
        int padded = (inputs + kernel.GroupInputs - 1) / kernel.GroupInputs * kernel.GroupInputs;

        // One line more than needed: rows that are a power of two apart would all fall into the same sets of the cache.
        Stride = (((padded * kernel.PackedBytes) + Line - 1) / Line * Line) + Line;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)((long)rows * Stride), Line);
        _scales = (float*)NativeMemory.AlignedAlloc((nuint)rows * sizeof(float), Line);
    }

    /// <summary>Bytes from a row to the next.</summary>
    public long Stride { get; }

    /// <summary>Address of a row.</summary>
    public byte* Row(int row) => _memory + (row * Stride);

    /// <summary>The scales of the rows from one on.</summary>
    public float* Scales(int row) => _scales + row;

    /// <summary>Takes a row, [inputs], for a matrix with this largest sum of weights.</summary>
    public void Pack(int row, float* x, int inputs, long largestSum) => _scales[row] = _kernel.Pack(x, Row(row), inputs, largestSum);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        NativeMemory.AlignedFree(_scales);
        _memory = null;
        _scales = null;
    }
}
