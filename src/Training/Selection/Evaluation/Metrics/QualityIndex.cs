namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>
/// RouterBench's AIQ: the non-decreasing convex hull of (cost, quality), extended flat to the dearest cost, its area divided by that cost.
/// </summary>
public static class QualityIndex
{
    /// <summary>The index.</summary>
    /// <param name="points">Costs above 0 and qualities, higher is better.</param>
    /// <param name="dearest">The highest cost of all routers that are compared; the hull is extended to it.</param>
    public static double Of(IEnumerable<(double Cost, double Quality)> points, double dearest)
    {
        IReadOnlyList<(double Cost, double Quality)> hull = Hull(points);
        double area = 0;
        for (int i = 1; i < hull.Count; i++)
        {
            area += (hull[i].Cost - hull[i - 1].Cost) * (hull[i].Quality + hull[i - 1].Quality) / 2;
        }

        return (area + ((dearest - hull[^1].Cost) * hull[^1].Quality)) / dearest;
    }

    /// <summary>The non-decreasing upper convex hull, by rising cost.</summary>
    public static IReadOnlyList<(double Cost, double Quality)> Hull(IEnumerable<(double Cost, double Quality)> points)
    {
        List<(double Cost, double Quality)> hull = [];
        foreach ((double cost, double quality) in points.OrderBy(point => point.Cost).ThenByDescending(point => point.Quality))
        {
            if (hull.Count > 0 && quality <= hull[^1].Quality)
            {
                continue;
            }

            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) <= Slope(hull[^1], (cost, quality)))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add((cost, quality));
        }

        return hull;
    }

    private static double Slope((double Cost, double Quality) from, (double Cost, double Quality) to) =>
        (to.Quality - from.Quality) / (to.Cost - from.Cost);
}
