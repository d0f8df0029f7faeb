using System.Runtime.InteropServices;
using Godwit.Worker.Model.Cpu.Rows;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>y = x·Wᵀ for all rows of a step, its outputs shared out among the threads.</summary>
internal sealed unsafe class DenseProduct : IDisposable
{
    /// <summary>
    /// Most rows that a kernel is given at once, so that they stay in the cache beside a task's weights; a multiple of a tile's rows.
    /// </summary>
    public const int PanelRows = 48;

    // Weights of one task: enough to be worth the handing out, few enough to stay in a core's cache while all rows pass.
    private const int MostShareBytes = 64 * 1024;
    private const int LeastShareBytes = 8 * 1024;

    private readonly DenseMatrix _matrix;
    private readonly DenseKernel _kernel;
    private readonly ComputeThreads _threads;
    private readonly PackedRows _x;
    private readonly float[]? _bias;
    private readonly List<DenseMatrix.Part> _shares = [];
    private readonly long _shareBytes;
    private readonly Action<int, int> _compute;
    private float* _y;
    private long _yStride;
    private int _rows;

    /// <param name="matrix">The weights; owned by the product from now on.</param>
    /// <param name="bias">[outputs]; null when there is none.</param>
    /// <param name="kernel">Computes it.</param>
    /// <param name="threads">Share the outputs.</param>
    /// <param name="x">Where its rows are packed.</param>
    public DenseProduct(DenseMatrix matrix, float[]? bias, DenseKernel kernel, ComputeThreads threads, PackedRows x)
    {
        (_matrix, _bias, _kernel, _threads, _x) = (matrix, bias, kernel, threads, x);
        _compute = Compute;
        long bytes = matrix.Parts.Sum(part => part.Outputs * part.Stride);
        long perShare = Math.Clamp(bytes / (4 * threads.Count), LeastShareBytes, MostShareBytes);
        foreach (DenseMatrix.Part part in matrix.Parts)
        {
            int outputs = Math.Max(1, (int)(perShare / part.Stride / FourOutputs.Most)) * FourOutputs.Most;
            for (int first = 0; first < part.Outputs; first += outputs)
            {
                _shares.Add(new DenseMatrix.Part(
                    part.Weights + (nint)(first * part.Stride), part.Stride, part.FirstOutput + first, Math.Min(outputs, part.Outputs - first)));
            }
        }

        _shareBytes = bytes / _shares.Count;
    }

    /// <summary>Entries of a row of x.</summary>
    public int Inputs => _matrix.Inputs;

    /// <summary>Entries of a row of y.</summary>
    public int Outputs => _matrix.Outputs;

    /// <summary>Takes a row of x. The rows of the product before must have been computed.</summary>
    public void Pack(int row, float* x) => _x.Pack(row, x, Inputs, _matrix.LargestSum);

    /// <summary>Computes the first <paramref name="rows"/> rows, without the bias.</summary>
    /// <param name="rows">How many rows were packed.</param>
    /// <param name="y">First row of y.</param>
    /// <param name="stride">Floats from a row of y to the next.</param>
    public void Multiply(int rows, float* y, long stride)
    {
        _rows = rows;
        _y = y;
        _yStride = stride;

        // Whichever is longer: the weights' way from memory, 8 bytes a cycle, or the arithmetic, 32 products a cycle.
        _threads.Run(_shares.Count, Math.Max(_shareBytes / 8, _shareBytes / _kernel.WeightBytes * rows / 32), _compute);
    }

    /// <summary>Adds the bias, if there is one, to a row that was computed.</summary>
    public void AddBias(float* row) => AddBias(row, 0, Outputs);

    /// <summary>Adds the bias, if there is one, to neighbouring outputs of a row.</summary>
    /// <param name="outputs">The first of them.</param>
    /// <param name="first">Its number.</param>
    /// <param name="count">How many.</param>
    public void AddBias(float* outputs, int first, int count)
    {
        if (_bias is not null)
        {
            fixed (float* bias = _bias)
            {
                RowKernels.Add(outputs, bias + first, count);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _matrix.Dispose();

    private void Compute(int index, int thread)
    {
        DenseMatrix.Part share = CollectionsMarshal.AsSpan(_shares)[index];
        for (int row = 0; row < _rows; row += PanelRows)
        {
            _kernel.Multiply(new DenseTile
            {
                Weights = (byte*)share.Weights,
                WeightStride = share.Stride,
                WeightScales = _matrix.Scales(share.FirstOutput),
                Outputs = share.Outputs,
                X = _x.Row(row),
                XStride = _x.Stride,
                XScales = _x.Scales(row),
                Rows = Math.Min(PanelRows, _rows - row),
                Groups = _matrix.Groups,
                Y = _y + (row * _yStride) + share.FirstOutput,
                YStride = _yStride,
            });
        }
    }
}
