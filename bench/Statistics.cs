namespace Godwit.Bench;

/// <summary>Order statistics of a series.</summary>
internal static class Statistics
{
    public static double Quantile(this IEnumerable<double> values, double q)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(q * sorted.Length))];
    }

    public static double Median(this IEnumerable<double> values) => values.Quantile(0.5);
}
