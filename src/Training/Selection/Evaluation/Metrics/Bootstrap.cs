namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>
/// Percentile bootstrap over prompts, seeded. Every figure of one instance sees the same resamples, so that differences between choosers
/// are paired. Prompts of one document are not independent: intervals are a little narrow.
/// </summary>
public sealed class Bootstrap
{
    private const int Resamples = 1000;

    private readonly int[][] _draws;

    /// <summary>Draws the resamples.</summary>
    /// <param name="count">Number of prompts, at least 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    public Bootstrap(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Random random = new(seed);
        _draws = new int[Resamples][];
        for (int i = 0; i < Resamples; i++)
        {
            int[] draw = new int[count];
            for (int j = 0; j < count; j++)
            {
                draw[j] = random.Next(count);
            }

            _draws[i] = draw;
        }
    }

    /// <summary>The 95 % interval of a mean over prompts.</summary>
    public Interval OfMean(IReadOnlyList<double> values) => Of(draw => Mean(values, draw));

    /// <summary>The 95 % interval of a ratio of two means, such as the gap closed; null where a resample has no denominator.</summary>
    public Interval? OfRatio(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators)
    {
        Interval interval = Of(draw => Mean(numerators, draw) / Mean(denominators, draw));
        return double.IsFinite(interval.Low) && double.IsFinite(interval.High) ? interval : null;
    }

    private static double Mean(IReadOnlyList<double> values, int[] draw)
    {
        double sum = 0;
        foreach (int index in draw)
        {
            sum += values[index];
        }

        return sum / draw.Length;
    }

    private Interval Of(Func<int[], double> statistic)
    {
        double[] values = [.. _draws.Select(statistic).Order()];
        return new Interval(Quantile.OfSorted(values, 0.025), Quantile.OfSorted(values, 0.975));
    }
}
