namespace Godwit.Scheduler.Simulation;

/// <summary>Mean and percentiles of a figure over requests.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="P50">Median.</param>
/// <param name="P99">99th percentile.</param>
internal sealed record Summary(double Mean, double P50, double P99)
{
    /// <summary>Of any number of values; of none, zeros. NaN values are left out.</summary>
    public static Summary Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        return sorted.Length == 0 ? new Summary(0, 0, 0) : new Summary(sorted.Average(), Rank(sorted, 0.5), Rank(sorted, 0.99));
    }

    /// <summary>The median of each figure over several runs.</summary>
    public static Summary MedianOf(IReadOnlyList<Summary> runs) => new(
        Median([.. runs.Select(run => run.Mean)]), Median([.. runs.Select(run => run.P50)]), Median([.. runs.Select(run => run.P99)]));

    /// <summary>The median of some values.</summary>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    // Nearest rank: a value that some request had.
    private static double Rank(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
