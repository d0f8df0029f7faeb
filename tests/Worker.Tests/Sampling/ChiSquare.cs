namespace Godwit.Worker.Tests.Sampling;

/// <summary>Pearson's goodness-of-fit test.</summary>
internal static class ChiSquare
{
    // Below this the statistic's distribution is no chi-square any more (Cochran's rule).
    private const double LeastExpected = 5;

    /// <summary>
    /// Probability that draws from <paramref name="expected"/> fit worse than these. Cells that expect fewer than five draws are pooled; a
    /// draw of what cannot be drawn gives 0.
    /// </summary>
    /// <param name="counts">Draws by id.</param>
    /// <param name="expected">Probabilities by id.</param>
    public static double PValue(int[] counts, double[] expected)
    {
        double draws = counts.Sum();
        double statistic = 0, pooledExpected = 0, pooledCount = 0;
        int cells = 0;
        for (int id = 0; id < counts.Length; id++)
        {
            if (expected[id] == 0)
            {
                if (counts[id] > 0)
                {
                    return 0;
                }
            }
            else if (expected[id] * draws < LeastExpected)
            {
                pooledExpected += expected[id] * draws;
                pooledCount += counts[id];
            }
            else
            {
                statistic += Term(counts[id], expected[id] * draws);
                cells++;
            }
        }

        if (pooledExpected >= 1)
        {
            statistic += Term(pooledCount, pooledExpected);
            cells++;
        }

        return cells <= 1 ? 1 : UpperGamma((cells - 1) / 2.0, statistic / 2);
    }

    /// <summary>The regularised upper incomplete gamma function Q(a, x) (Abramowitz and Stegun 6.5).</summary>
    public static double UpperGamma(double a, double x)
    {
        const int Terms = 10_000;
        if (x <= 0)
        {
            return 1;
        }

        double front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            // 6.5.29: the series of the lower function.
            double term = 1 / a, sum = term;
            for (int n = 1; n < Terms && term > sum * 1e-16; n++)
            {
                term *= x / (a + n);
                sum += term;
            }

            return 1 - (front * sum);
        }

        // 6.5.31: the continued fraction, from the back.
        double fraction = 0;
        for (int n = 500; n > 0; n--)
        {
            fraction = n * (n - a) / (x + (2 * n) + 1 - a - fraction);
        }

        return front / (x + 1 - a - fraction);
    }

    private static double Term(double count, double expected) => (count - expected) * (count - expected) / expected;

    // Stirling's series (6.1.41) after shifting the argument up.
    private static double LogGamma(double a)
    {
        double shift = 0;
        for (; a < 20; a++)
        {
            shift += Math.Log(a);
        }

        double series = (1 / (12 * a)) - (1 / (360 * Math.Pow(a, 3))) + (1 / (1260 * Math.Pow(a, 5)));
        return ((a - 0.5) * Math.Log(a)) - a + (0.5 * Math.Log(2 * Math.PI)) + series - shift;
    }
}
