namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>A normalisation with its weights, row by row; in place where both rows are the same.</summary>
/// <param name="weight">[width], what a normalised entry is multiplied by.</param>
/// <param name="bias">[width] makes it a LayerNorm, null an RMSNorm.</param>
/// <param name="eps">Added to the mean square or to the variance.</param>
internal sealed unsafe class NormRow(float[] weight, float[]? bias, float eps)
{
    /// <summary>Normalises one row, [width].</summary>
    public void Apply(float* y, float* x)
    {
        fixed (float* weights = weight, biases = bias)
        {
            if (biases == null)
            {
                RowKernels.RmsNorm(y, x, weights, weight.Length, eps);
            }
            else
            {
                RowKernels.LayerNorm(y, x, weights, biases, weight.Length, eps);
            }
        }
    }

    /// <summary>Normalises neighbours of one row, such as the heads of a query, each by itself.</summary>
    public void ApplyEach(float* row, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Apply(row + (i * weight.Length), row + (i * weight.Length));
        }
    }
}
