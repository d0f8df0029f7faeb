using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>
/// y = x·Wᵀ (+ b) on row tiles of one fixed height. Within one height a row's bits do not depend on the other rows nor on its place among
/// them (DESIGN §5.3, measured; a test holds it), while another row count would take another kernel with another order. So one row
/// pays for a tile, and up to <see cref="TileRows"/> rows cost one call.
/// </summary>
internal sealed unsafe class DenseLayer : IDisposable
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 32;

    private readonly Tensor _weight;
    private readonly Tensor _transposed;
    private readonly Tensor? _bias;
    private readonly float* _biases;

    /// <param name="weight">[outputs, inputs], fp32, contiguous; owned by the layer from now on.</param>
    /// <param name="bias">[outputs]; null when there is none; owned by the layer from now on.</param>
    public DenseLayer(Tensor weight, Tensor? bias = null)
    {
        _weight = weight;
        _transposed = weight.t();
        (Outputs, Inputs) = (checked((int)weight.shape[0]), checked((int)weight.shape[1]));
        _bias = bias;
        _biases = bias is null ? null : RowBuffer.PointerTo(bias);
    }

    /// <summary>Entries of a row of x.</summary>
    public int Inputs { get; }

    /// <summary>Entries of a row of y.</summary>
    public int Outputs { get; }

    /// <summary>Tiles that hold so many rows.</summary>
    public static int TileCount(int rows) => (rows + TileRows - 1) / TileRows;

    /// <summary>
    /// Computes the products of the tiles that hold the first <paramref name="rows"/> rows, without the bias; returns their number.
    /// </summary>
    public int Multiply(RowBuffer x, RowBuffer y, int rows)
    {
        int tiles = TileCount(rows);
        for (int tile = 0; tile < tiles; tile++)
        {
            // addmm_ with beta 0 is the product without a new tensor; it returns the tile itself, which must not be disposed here.
            y.Tile(tile).addmm_(x.Tile(tile), _transposed, beta: 0, alpha: 1);
        }

        return tiles;
    }

    /// <summary>Adds the bias, if there is one, to a row that was computed.</summary>
    public void AddBias(float* row)
    {
        if (_biases != null)
        {
            RowKernels.Add(row, _biases, Outputs);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bias?.Dispose();
        _transposed.Dispose();
        _weight.Dispose();
    }
}
