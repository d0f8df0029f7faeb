namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>Quantiles with linear interpolation between neighbours, as numpy and pandas take them.</summary>
public static class Quantile
{
    /// <summary>A quantile of values in ascending order.</summary>
    /// <param name="sorted">At least one value.</param>
    /// <param name="share">0 to 1.</param>
    public static double OfSorted(IReadOnlyList<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)position;
        double fraction = position - below;
        return fraction > 0 ? sorted[below] + ((sorted[below + 1] - sorted[below]) * fraction) : sorted[below];
    }
}
