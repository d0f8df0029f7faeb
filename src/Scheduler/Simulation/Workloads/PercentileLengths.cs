namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>
/// Lengths of which only mean, P50, P80, P95 and P99 are published: between two percentiles the logarithm is uniform, the longest is
/// <see cref="ZipfLengths.Most"/> at most, and the shortest is where the mean comes out, if any does.
/// </summary>
internal sealed class PercentileLengths : ILengths
{
    private static readonly double[] s_shares = [0, 0.50, 0.80, 0.95, 0.99, 1];

    private readonly double[] _lengths;

    /// <param name="mean">Mean.</param>
    /// <param name="p50">Median.</param>
    /// <param name="p80">80th percentile.</param>
    /// <param name="p95">95th percentile.</param>
    /// <param name="p99">99th percentile.</param>
    public PercentileLengths(double mean, double p50, double p80, double p95, double p99)
    {
        _lengths = [1, p50, p80, p95, p99, Math.Min(ZipfLengths.Most, p99 * 1.5)];
        (double low, double high) = (1, p50 - 1);
        for (int i = 0; i < 50; i++)
        {
            _lengths[0] = (low + high) / 2;
            (low, high) = Mean() < mean ? (_lengths[0], high) : (low, _lengths[0]);
        }
    }

    /// <summary>ShareGPT (GPT-4): prompts.</summary>
    public static PercentileLengths ShareGptPrompts { get; } = new(306, 74, 348, 1484, 3388);

    /// <summary>ShareGPT (GPT-4): answers.</summary>
    public static PercentileLengths ShareGptAnswers { get; } = new(500, 487, 781, 988, 1234);

    /// <summary>BurstGPT (GPT-4): prompts.</summary>
    public static PercentileLengths BurstGptPrompts { get; } = new(830, 582, 1427, 2345, 3549);

    /// <summary>BurstGPT (GPT-4): answers.</summary>
    public static PercentileLengths BurstGptAnswers { get; } = new(271, 243, 434, 669, 964);

    /// <summary>The mean of what it draws, but for rounding.</summary>
    public double Mean() => Enumerable.Range(1, s_shares.Length - 1).Sum(i =>
        (s_shares[i] - s_shares[i - 1]) * (_lengths[i] - _lengths[i - 1]) / Math.Log(_lengths[i] / _lengths[i - 1]));

    /// <inheritdoc/>
    public int[] Draw(int count, SplitMix random)
    {
        int[] drawn = new int[count];
        for (int k = 0; k < count; k++)
        {
            double share = random.Uniform();
            int i = 1;
            while (share >= s_shares[i])
            {
                i++;
            }

            double part = (share - s_shares[i - 1]) / (s_shares[i] - s_shares[i - 1]);
            drawn[k] = Math.Max(1, (int)Math.Round(_lengths[i - 1] * Math.Pow(_lengths[i] / _lengths[i - 1], part)));
        }

        return drawn;
    }
}
