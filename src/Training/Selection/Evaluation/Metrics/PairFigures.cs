namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>RouteLLM's figures of a router between a weak and a strong model.</summary>
/// <param name="Apgr">Mean performance gap recovered over shares of strong calls; a random router has 0.5.</param>
/// <param name="Cpt50">Least share of strong calls that recovers 50 % of the gap; null if none does.</param>
/// <param name="Cpt80">The same for 80 %.</param>
/// <param name="Points">The curve, by rising share.</param>
public sealed record PairFigures(double Apgr, double? Cpt50, double? Cpt80, IReadOnlyList<PairPoint> Points)
{
    /// <summary>The figures.</summary>
    /// <param name="scores">What the router thinks of sending each prompt to the strong model; higher goes there first.</param>
    /// <param name="weak">Quality of the weak model on each prompt.</param>
    /// <param name="strong">Quality of the strong model on each prompt; its mean must differ from the weak one's.</param>
    /// <param name="bins">Thresholds are this many quantiles of the scores, as in RouteLLM's own evaluation.</param>
    public static PairFigures Of(IReadOnlyList<double> scores, IReadOnlyList<double> weak, IReadOnlyList<double> strong, int bins = 10)
    {
        double[] sorted = [.. scores.Order()];
        List<PairPoint> points = [];
        for (int i = bins; i >= 0; i--)
        {
            double threshold = Quantile.OfSorted(sorted, (double)i / bins);
            int calls = 0;
            double quality = 0;
            for (int p = 0; p < scores.Count; p++)
            {
                // The last threshold is the highest score: above it there is nothing, which gives the curve its weak end.
                bool goes = i < bins ? scores[p] >= threshold : scores[p] > threshold;
                calls += goes ? 1 : 0;
                quality += goes ? strong[p] : weak[p];
            }

            points.Add(new PairPoint((double)calls / scores.Count, quality / scores.Count));
        }

        double low = weak.Average(), high = strong.Average(), area = 0;
        for (int i = 1; i < points.Count; i++)
        {
            area += (points[i].StrongShare - points[i - 1].StrongShare) * (points[i].Quality + points[i - 1].Quality) / 2;
        }

        return new PairFigures(
            (area - low) / (high - low),
            Reaching(points, low + (0.5 * (high - low))),
            Reaching(points, low + (0.8 * (high - low))),
            points);
    }

    private static double? Reaching(List<PairPoint> points, double quality)
    {
        for (int i = 1; i < points.Count; i++)
        {
            (PairPoint before, PairPoint after) = (points[i - 1], points[i]);
            if (after.Quality >= quality)
            {
                double fraction = before.Quality >= quality ? 0 : (quality - before.Quality) / (after.Quality - before.Quality);
                return before.StrongShare + (fraction * (after.StrongShare - before.StrongShare));
            }
        }

        return null;
    }
}
