namespace Godwit.Training.Selection.Fit;

/// <summary>
/// Calibration: what losses turn out to be when the router predicts so much, never falling. Prompts are pooled by what was predicted for
/// them before neighbours that fall are merged: a step per prompt would follow noise, and make predictions equal that are not.
/// </summary>
internal static class Isotonic
{
    private const int LeastPerPool = 25;
    private const int MostPools = 24;

    // Knots that are closer would make a cliff of noise.
    private const double LeastStep = 1e-4;

    /// <summary>Fits.</summary>
    /// <param name="predicted">Predictions.</param>
    /// <param name="actual">What each turned out to be.</param>
    /// <returns>Knots, rising in both; none if there are too few prompts to say anything.</returns>
    public static (double[] X, double[] Y) Fit(IReadOnlyList<double> predicted, IReadOnlyList<double> actual)
    {
        (double X, double Y)[] sorted = [.. predicted.Zip(actual).OrderBy(pair => pair.First)];
        int pools = Math.Min(MostPools, sorted.Length / LeastPerPool);
        if (pools < 2)
            return ([], []);
        Stack<(double X, double Y, int Count)> blocks = new();
        for (int pool = 0; pool < pools; pool++)
        {
            ArraySegment<(double X, double Y)> items = new ArraySegment<(double X, double Y)>(sorted)
                [(pool * sorted.Length / pools)..((pool + 1) * sorted.Length / pools)];
            (double X, double Y, int Count) block = (items.Average(item => item.X), items.Average(item => item.Y), items.Count);
            while (blocks.TryPeek(out (double X, double Y, int Count) below) && (below.Y >= block.Y || below.X + LeastStep > block.X))
                block = Merge(blocks.Pop(), block);
            blocks.Push(block);
        }

        (double X, double Y, int Count)[] knots = [.. blocks.Reverse()];
        return knots.Length < 2 ? ([], []) : ([.. knots.Select(knot => knot.X)], [.. knots.Select(knot => knot.Y)]);
    }

    private static (double X, double Y, int Count) Merge((double X, double Y, int Count) a, (double X, double Y, int Count) b)
    {
        int count = a.Count + b.Count;
        return (((a.X * a.Count) + (b.X * b.Count)) / count, ((a.Y * a.Count) + (b.Y * b.Count)) / count, count);
    }
}
