namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>A linear function of the router's embedding, by ridge regression: what a head that is added to a finished router is.</summary>
public sealed class RidgeFit
{
    private readonly double[] _weights;

    private RidgeFit(double[] weights) => _weights = weights;

    /// <summary>Fits one.</summary>
    /// <param name="rows">Embeddings, all of one length.</param>
    /// <param name="targets">What it shall give for each.</param>
    /// <param name="penalty">Penalty on the squared weights, relative to the mean square of an input; the constant has none.</param>
    public static RidgeFit Fit(IReadOnlyList<float[]> rows, IReadOnlyList<double> targets, double penalty)
    {
        int width = rows[0].Length + 1;
        double[,] normal = new double[width, width + 1];
        double[] input = new double[width];
        for (int r = 0; r < rows.Count; r++)
        {
            Extend(rows[r], input);
            for (int i = 0; i < width; i++)
            {
                for (int j = i; j < width; j++)
                {
                    normal[i, j] += input[i] * input[j];
                }

                normal[i, width] += input[i] * targets[r];
            }
        }

        double square = 1e-9;
        for (int i = 0; i < width - 1; i++)
        {
            square += normal[i, i] / (width - 1);
        }

        for (int i = 0; i < width; i++)
        {
            normal[i, i] += i < width - 1 ? penalty * square : 0;
            for (int j = 0; j < i; j++)
            {
                normal[i, j] = normal[j, i];
            }
        }

        return new RidgeFit(Solve(normal, width));
    }

    /// <summary>Its value.</summary>
    public double At(float[] row)
    {
        double value = _weights[^1];
        for (int i = 0; i < row.Length; i++)
        {
            value += _weights[i] * row[i];
        }

        return value;
    }

    private static void Extend(float[] row, double[] input)
    {
        for (int i = 0; i < row.Length; i++)
        {
            input[i] = row[i];
        }

        input[^1] = 1;
    }

    // Elimination without pivoting: the matrix is symmetric and positive definite.
    private static double[] Solve(double[,] system, int width)
    {
        for (int pivot = 0; pivot < width; pivot++)
        {
            for (int row = pivot + 1; row < width; row++)
            {
                double factor = system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= width; column++)
                {
                    system[row, column] -= factor * system[pivot, column];
                }
            }
        }

        double[] solution = new double[width];
        for (int row = width - 1; row >= 0; row--)
        {
            double value = system[row, width];
            for (int column = row + 1; column < width; column++)
            {
                value -= system[row, column] * solution[column];
            }

            solution[row] = value / system[row, row];
        }

        return solution;
    }
}
