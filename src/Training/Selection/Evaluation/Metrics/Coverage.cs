namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>How often the truth lies inside the interval that a prediction gives.</summary>
/// <param name="Nominal">How often it should, if errors were Gaussian with the predicted variance.</param>
/// <param name="Actual">How often it does.</param>
public readonly record struct Coverage(double Nominal, double Actual)
{
    // Two-sided quantiles of the standard normal distribution.
    private static readonly (double Nominal, double Deviations)[] s_levels =
        [(0.5, 0.674490), (0.8, 1.281552), (0.9, 1.644854), (0.95, 1.959964)];

    /// <summary>Coverage at 50, 80, 90 and 95 %.</summary>
    /// <param name="predicted">Predicted values.</param>
    /// <param name="deviations">Predicted standard deviations of the errors.</param>
    /// <param name="actual">What came.</param>
    public static IReadOnlyList<Coverage> Of(
        IReadOnlyList<double> predicted, IReadOnlyList<double> deviations, IReadOnlyList<double> actual) =>
        [.. s_levels.Select(level => new Coverage(
            level.Nominal,
            Enumerable.Range(0, predicted.Count)
                .Average(i => Math.Abs(actual[i] - predicted[i]) <= level.Deviations * deviations[i] ? 1.0 : 0.0)))];
}
