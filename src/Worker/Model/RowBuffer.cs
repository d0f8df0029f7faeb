using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>
/// Activations, [rows, width] in fp32, allocated once: a tensor for the dense products, a pointer for the row kernels, and one view
/// per row tile. Rows are a multiple of the tile, so that every dense product has the same shape.
/// </summary>
internal sealed unsafe class RowBuffer : IDisposable
{
    private readonly Tensor _tensor;
    private readonly Tensor[] _tiles;

    /// <param name="rows">Rows wanted; rounded up to whole tiles.</param>
    /// <param name="width">Entries of a row.</param>
    public RowBuffer(int rows, int width)
    {
        int tiles = DenseLayer.TileCount(rows);
        Width = width;
        _tensor = zeros([tiles * DenseLayer.TileRows, width], float32);
        _tiles = [.. Enumerable.Range(0, tiles).Select(t => _tensor.narrow(0, t * DenseLayer.TileRows, DenseLayer.TileRows))];
        Pointer = PointerTo(_tensor);
    }

    /// <summary>Entries of a row.</summary>
    public int Width { get; }

    /// <summary>Address of row 0.</summary>
    public float* Pointer { get; }

    /// <summary>Address of a row.</summary>
    public float* Row(int row) => Pointer + ((long)row * Width);

    /// <summary>The view of one tile, [TileRows, Width].</summary>
    public Tensor Tile(int tile) => _tiles[tile];

    /// <summary>Zeroes the rows from <paramref name="rows"/> to the end of its tile, so that no stale value is computed on.</summary>
    public void ClearPadding(int rows)
    {
        int padded = DenseLayer.TileCount(rows) * DenseLayer.TileRows;
        new Span<float>(Row(rows), (padded - rows) * Width).Clear();
    }

    /// <summary>The rows as memory, for readers outside this folder.</summary>
    public ReadOnlySpan<float> Span(int rows) => new(Pointer, rows * Width);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tile in _tiles)
        {
            tile.Dispose();
        }

        _tensor.Dispose();
    }

    /// <summary>Address of a contiguous CPU tensor's first entry; valid while the tensor lives.</summary>
    public static float* PointerTo(Tensor tensor)
    {
        // Its bytes as a span would end at 2 GiB, which the embedding of a model of ordinary size exceeds; one entry's never do.
        using Tensor flat = tensor.view(-1), first = flat.narrow(0, 0, 1);
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
