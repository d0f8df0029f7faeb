namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>Whether predicted losses mean what they say.</summary>
public static class Reliability
{
    /// <summary>Splits by predicted value into bins of equal count (the last may differ by one).</summary>
    /// <param name="predicted">Predicted values.</param>
    /// <param name="actual">What came, in the same order.</param>
    /// <param name="bins">How many; fewer if there are fewer predictions.</param>
    public static IReadOnlyList<ReliabilityBin> Bins(IReadOnlyList<double> predicted, IReadOnlyList<double> actual, int bins = 10)
    {
        int[] order = [.. Enumerable.Range(0, predicted.Count).OrderBy(i => predicted[i])];
        bins = Math.Min(bins, order.Length);
        List<ReliabilityBin> result = [];
        for (int b = 0; b < bins; b++)
        {
            int from = (int)((long)order.Length * b / bins), to = (int)((long)order.Length * (b + 1) / bins);
            int[] members = order[from..to];
            result.Add(new ReliabilityBin(members.Length, members.Average(i => predicted[i]), members.Average(i => actual[i])));
        }

        return result;
    }

    /// <summary>Expected calibration error: mean distance of predicted and actual over the bins, weighted by count.</summary>
    public static double ExpectedError(IReadOnlyList<ReliabilityBin> bins) =>
        bins.Sum(bin => bin.Count * Math.Abs(bin.Predicted - bin.Actual)) / bins.Sum(bin => bin.Count);
}
