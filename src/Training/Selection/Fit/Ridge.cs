namespace Godwit.Training.Selection.Fit;

/// <summary>
/// Least squares with a penalty on large weights, on standardised inputs: one factorisation serves any number of targets.
/// </summary>
internal sealed class Ridge
{
    private readonly double[][] _rows;
    private readonly double[] _means;
    private readonly double[] _scales;
    private readonly double[][] _factor;

    /// <param name="inputs">An input per example; all of one length.</param>
    /// <param name="penalty">Penalty on squared weights, in examples: at this many examples data and penalty weigh alike.</param>
    public Ridge(IReadOnlyList<float[]> inputs, double penalty)
    {
        int width = inputs[0].Length;
        _means = [.. Enumerable.Range(0, width).Select(i => inputs.Average(input => (double)input[i]))];
        _scales = [.. Enumerable.Range(0, width).Select(i => Math.Sqrt(inputs.Average(input => Math.Pow(input[i] - _means[i], 2))))];
        _rows = [.. inputs.Select(input => input.Select((value, i) => _scales[i] > 1e-9 ? (value - _means[i]) / _scales[i] : 0).ToArray())];
        _factor = Factor(penalty);
    }

    /// <summary>Inputs times the weights of a solution, without its bias.</summary>
    public double[] Apply(double[] weights) => [.. _rows.Select(row => Dot(row, weights))];

    /// <summary>Weights for standardised inputs that fit targets which have the mean 0.</summary>
    public double[] Solve(IReadOnlyList<double> targets)
    {
        double[] products = new double[_means.Length];
        for (int row = 0; row < _rows.Length; row++)
        {
            for (int i = 0; i < products.Length; i++)
                products[i] += _rows[row][i] * targets[row];
        }

        return Substitute(products);
    }

    /// <summary>Weights and bias for the inputs as they are.</summary>
    public (float[] Weights, double Bias) Unscale(double[] weights, double bias)
    {
        float[] plain = [.. weights.Select((weight, i) => _scales[i] > 1e-9 ? (float)(weight / _scales[i]) : 0)];
        return (plain, bias - plain.Select((weight, i) => weight * _means[i]).Sum());
    }

    /// <summary>Mean squared error of predicting each example by all others.</summary>
    public double LeaveOneOut(IReadOnlyList<double> targets)
    {
        double mean = targets.Average();
        double[] fitted = Apply(Solve([.. targets.Select(target => target - mean)]));
        double sum = 0;
        for (int row = 0; row < _rows.Length; row++)
        {
            double leverage = Dot(_rows[row], Substitute(_rows[row])) + (1.0 / _rows.Length);
            sum += Math.Pow((targets[row] - mean - fitted[row]) / Math.Max(1e-6, 1 - leverage), 2);
        }

        return sum / _rows.Length;
    }

    private double[][] Factor(double penalty)
    {
        int width = _means.Length;
        double[][] factor = [.. Enumerable.Range(0, width).Select(_ => new double[width])];
        foreach (double[] row in _rows)
        {
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j <= i; j++)
                    factor[i][j] += row[i] * row[j];
            }
        }

        // Cholesky, in place.
        for (int i = 0; i < width; i++)
        {
            factor[i][i] += penalty;
            for (int j = 0; j <= i; j++)
            {
                double sum = factor[i][j];
                for (int k = 0; k < j; k++)
                    sum -= factor[i][k] * factor[j][k];
                factor[i][j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / factor[j][j];
            }
        }

        return factor;
    }

    private double[] Substitute(double[] right)
    {
        double[] solution = [.. right];
        for (int i = 0; i < solution.Length; i++)
        {
            for (int k = 0; k < i; k++)
                solution[i] -= _factor[i][k] * solution[k];
            solution[i] /= _factor[i][i];
        }

        for (int i = solution.Length - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < solution.Length; k++)
                solution[i] -= _factor[k][i] * solution[k];
            solution[i] /= _factor[i][i];
        }

        return solution;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
