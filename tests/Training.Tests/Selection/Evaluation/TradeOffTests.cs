using CsCheck;
using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class TradeOffTests
{
    private static readonly Gen<TradeOff[]> s_points =
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20]).Select(pair => new TradeOff(0, pair.Item1, pair.Item2)).Array[1, 30];

    [Fact]
    public void Front_HoldsThoseThatNothingBeats() => s_points.Sample(points =>
    {
        IReadOnlyList<TradeOff> front = ParetoFront.Of(points);
        Assert.All(points, point => Assert.Contains(front, best => best.Cost <= point.Cost && best.Loss <= point.Loss));
        Assert.All(front, best => Assert.DoesNotContain(
            points, point => point.Cost <= best.Cost && point.Loss <= best.Loss && (point.Cost < best.Cost || point.Loss < best.Loss)));
    });

    [Fact]
    public void Hypervolume_CountsTheCellsBelow() => s_points.Sample(points =>
    {
        // On whole numbers the dominated area is a number of unit cells.
        int cells = 0;
        for (int cost = 0; cost < 20; cost++)
        {
            for (int loss = 0; loss < 20; loss++)
            {
                cells += points.Any(point => point.Cost <= cost && point.Loss <= loss) ? 1 : 0;
            }
        }

        Assert.Equal(cells, ParetoFront.Hypervolume(points, 20, 20), 9);
    });

    [Fact]
    public void QualityIndex_IsTheAreaUnderTheHull()
    {
        // Hull (1, 0.2) → (3, 0.8), flat to 5: 2 × 0.5 + 2 × 0.8 = 2.6, over the dearest cost.
        (double, double)[] points = [(3, 0.8), (1, 0.2), (2, 0.4), (4, 0.7)];
        Assert.Equal([(1, 0.2), (3, 0.8)], QualityIndex.Hull(points));
        Assert.Equal(2.6 / 5, QualityIndex.Of(points, 5), 12);
    }

    [Fact]
    public void Hull_LiesOverEveryPoint_AndBendsDown() => s_points.Sample(points =>
    {
        IReadOnlyList<(double Cost, double Quality)> hull = QualityIndex.Hull(points.Select(point => (point.Cost, point.Loss)));
        Assert.All(points, point => Assert.True(At(hull, point.Cost) >= point.Loss - 1e-9));
        double[] slopes = [.. hull.Zip(hull.Skip(1), (from, to) => (to.Quality - from.Quality) / (to.Cost - from.Cost))];
        Assert.All(slopes, slope => Assert.True(slope > 0));
        Assert.Equal(slopes.OrderDescending(), slopes);
    });

    private static double At(IReadOnlyList<(double Cost, double Quality)> hull, double cost)
    {
        for (int i = 1; i < hull.Count; i++)
        {
            if (cost <= hull[i].Cost)
            {
                (double Cost, double Quality) from = hull[i - 1], to = hull[i];
                return from.Quality + ((cost - from.Cost) / (to.Cost - from.Cost) * (to.Quality - from.Quality));
            }
        }

        return hull[^1].Quality;
    }
}
