namespace Godwit.Training.Selection.Fit;

/// <summary>
/// The head that says how far predictions may be off: the variance of normally distributed errors around predictions that are given, its
/// logarithm linear in the embedding. The likelihood's maximum is found by Fisher scoring, each step of which is a ridge regression.
/// </summary>
internal static class VarianceHead
{
    private const int Steps = 30;
    private const double Penalty = 200;
    private const double LargestStep = 2;
    private const double LeastVariance = 1e-6;

    /// <summary>Fits.</summary>
    /// <param name="embeddings">An embedding per prompt that the mean was not fitted to.</param>
    /// <param name="errors">How far the prediction was off.</param>
    public static (float[] Weights, double Bias) Fit(IReadOnlyList<float[]> embeddings, IReadOnlyList<double> errors)
    {
        Ridge ridge = new(embeddings, Penalty);
        double[] squares = [.. errors.Select(error => (error * error) + LeastVariance)];
        double[] weights = new double[embeddings[0].Length];
        double bias = Math.Log(squares.Average());
        for (int step = 0; step < Steps; step++)
        {
            double[] fitted = ridge.Apply(weights);
            double[] surplus = [.. squares.Select((square, i) => Math.Min(LargestStep, (square / Math.Exp(fitted[i] + bias)) - 1))];
            double mean = surplus.Average();
            bias += mean;

            // The fit of (what is there + what is missing) draws the weights to 0 as a fit from scratch would.
            double[] wanted = [.. fitted.Zip(surplus, (have, more) => have + more - mean)];
            weights = ridge.Solve(wanted);
        }

        double[] final = ridge.Apply(weights);
        bias = Math.Log(squares.Select((square, i) => square / Math.Exp(final[i])).Average());
        return ridge.Unscale(weights, bias);
    }
}
