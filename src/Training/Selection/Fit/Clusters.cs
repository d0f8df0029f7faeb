namespace Godwit.Training.Selection.Fit;

/// <summary>Clusters of embeddings, by k-means with Euclidean distance.</summary>
/// <param name="Centroids">Their centres.</param>
internal sealed record Clusters(IReadOnlyList<float[]> Centroids)
{
    private const int Rounds = 25;

    // A cluster's mean counts as so many prompts of the overall mean: few prompts say little.
    private const double PriorPrompts = 5;

    /// <summary>Finds clusters.</summary>
    /// <param name="points">Embeddings.</param>
    /// <param name="count">How many clusters; fewer if there are fewer points.</param>
    /// <param name="random">Draws the first centres, far apart (k-means++).</param>
    public static Clusters Find(IReadOnlyList<float[]> points, int count, Random random)
    {
        List<float[]> centroids = [points[random.Next(points.Count)]];
        double[] nearest = [.. points.Select(point => Squared(point, centroids[0]))];
        while (centroids.Count < Math.Min(count, points.Count) && nearest.Sum() is var sum and > 0)
        {
            double drawn = random.NextDouble() * sum;
            int next = 0;
            while (next < points.Count - 1 && (drawn -= nearest[next]) > 0)
                next++;
            centroids.Add(points[next]);
            for (int i = 0; i < nearest.Length; i++)
                nearest[i] = Math.Min(nearest[i], Squared(points[i], points[next]));
        }

        Clusters clusters = new(centroids);
        for (int round = 0; round < Rounds; round++)
            clusters = clusters.Moved(points);
        return clusters;
    }

    /// <summary>The nearest cluster and the distance of its centre.</summary>
    public (int Cluster, double Distance) Nearest(float[] point)
    {
        int best = 0;
        double least = double.MaxValue;
        for (int i = 0; i < Centroids.Count; i++)
        {
            if (Squared(point, Centroids[i]) is var squared && squared < least)
                (best, least) = (i, squared);
        }

        return (best, Math.Sqrt(least));
    }

    /// <summary>Mean of a value per cluster, drawn to the overall mean where prompts are few.</summary>
    public double[] Means(IReadOnlyList<float[]> points, IReadOnlyList<double> values)
    {
        double mean = values.Average();
        double[] sums = new double[Centroids.Count], counts = new double[Centroids.Count];
        for (int i = 0; i < points.Count; i++)
        {
            int cluster = Nearest(points[i]).Cluster;
            sums[cluster] += values[i];
            counts[cluster]++;
        }

        return [.. sums.Zip(counts).Select(at => (at.First + (mean * PriorPrompts)) / (at.Second + PriorPrompts))];
    }

    private Clusters Moved(IReadOnlyList<float[]> points)
    {
        double[][] sums = [.. Centroids.Select(centroid => new double[centroid.Length])];
        int[] counts = new int[Centroids.Count];
        foreach (float[] point in points)
        {
            int cluster = Nearest(point).Cluster;
            counts[cluster]++;
            for (int i = 0; i < point.Length; i++)
                sums[cluster][i] += point[i];
        }

        return new Clusters([.. Centroids.Select((centroid, at) =>
            counts[at] == 0 ? centroid : sums[at].Select(sum => (float)(sum / counts[at])).ToArray())]);
    }

    private static double Squared(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
