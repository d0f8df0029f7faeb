using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>A normalisation with its weights, row by row; in place where both rows are the same.</summary>
internal sealed unsafe class NormLayer : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly float* _weights;
    private readonly float* _biases;
    private readonly int _width;
    private readonly float _eps;

    /// <param name="weight">[width], what a normalised entry is multiplied by; owned by the layer from now on.</param>
    /// <param name="bias">[width] makes it a LayerNorm, null an RMSNorm; owned by the layer from now on.</param>
    /// <param name="eps">Added to the mean square or to the variance.</param>
    public NormLayer(Tensor weight, Tensor? bias, double eps)
    {
        _weight = weight;
        _bias = bias;
        _weights = RowBuffer.PointerTo(weight);
        _biases = bias is null ? null : RowBuffer.PointerTo(bias);
        _width = checked((int)weight.NumberOfElements);
        _eps = (float)eps;
    }

    /// <summary>Normalises one row, [width].</summary>
    public void Apply(float* y, float* x)
    {
        if (_biases == null)
        {
            RowKernels.RmsNorm(y, x, _weights, _width, _eps);
        }
        else
        {
            RowKernels.LayerNorm(y, x, _weights, _biases, _width, _eps);
        }
    }

    /// <summary>Normalises the first <paramref name="rows"/> rows.</summary>
    public void Apply(RowBuffer y, RowBuffer x, int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            Apply(y.Row(i), x.Row(i));
        }
    }

    /// <summary>Normalises neighbours of one row, such as the heads of a query, each by itself.</summary>
    public void ApplyEach(float* row, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Apply(row + (i * _width), row + (i * _width));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
