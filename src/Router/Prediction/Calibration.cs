namespace Godwit.Router.Prediction;

/// <summary>A rising, piecewise linear curve from what the graph predicts to what it turned out to be.</summary>
internal static class Calibration
{
    /// <summary>What is wrong with a curve; null: nothing.</summary>
    public static string? Fault(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        bool fits = x.Count == y.Count && x.All(double.IsFinite) && y.All(double.IsFinite);
        for (int i = 1; fits && i < x.Count; i++)
        {
            fits = x[i] > x[i - 1] && y[i] >= y[i - 1];
        }

        return fits ? null : "its calibration does not rise";
    }

    /// <summary>The curve at a prediction; beyond its ends it goes on in parallel to what was predicted.</summary>
    public static double Apply(IReadOnlyList<double> x, IReadOnlyList<double> y, double predicted)
    {
        if (x.Count == 0)
        {
            return predicted;
        }

        if (predicted <= x[0])
        {
            return y[0] + predicted - x[0];
        }

        int low = 0;
        int high = x.Count - 1;
        if (predicted >= x[high])
        {
            return y[high] + predicted - x[high];
        }

        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = x[middle] <= predicted ? (middle, high) : (low, middle);
        }

        return y[low] + ((predicted - x[low]) * (y[high] - y[low]) / (x[high] - x[low]));
    }
}
