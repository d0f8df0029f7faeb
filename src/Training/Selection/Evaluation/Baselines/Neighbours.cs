using System.Numerics;

namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>Exact nearest neighbours by cosine, and what they would choose.</summary>
public static class Neighbours
{
    /// <summary>Indices of the most similar vectors, the most similar first.</summary>
    /// <param name="fitted">Where to look.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="count">How many at most.</param>
    public static int[] ByEmbedding(IReadOnlyList<float[]> fitted, float[] query, int count)
    {
        float[] similarities = new float[fitted.Count];
        for (int i = 0; i < similarities.Length; i++)
        {
            float lengths = MathF.Sqrt(Product(fitted[i], fitted[i]) * Product(query, query));
            similarities[i] = lengths > 0 ? Product(fitted[i], query) / lengths : -1;
        }

        return Top(similarities, count);
    }

    /// <summary>The same on hashed features, whose rows have length 1.</summary>
    /// <param name="fitted">Where to look.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="count">How many at most.</param>
    public static int[] ByFeatures(SparseIndex fitted, SparseRow query, int count) => Top(fitted.Products(query), count);

    /// <summary>The expert with the lowest mean loss on the first <paramref name="k"/> neighbours.</summary>
    /// <param name="neighbours">Indices, the most similar first.</param>
    /// <param name="k">How many are asked.</param>
    /// <param name="losses">True losses of the fitted prompts.</param>
    public static int Choose(ReadOnlySpan<int> neighbours, int k, IReadOnlyList<double[]> losses)
    {
        List<double[]> rows = [];
        foreach (int neighbour in neighbours[..Math.Min(k, neighbours.Length)])
        {
            rows.Add(losses[neighbour]);
        }

        return DomainMeans.Lowest(DomainMeans.Mean(rows));
    }

    private static float Product(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector<float> sums = default;
        int i = 0;
        for (; i + Vector<float>.Count <= left.Length; i += Vector<float>.Count)
        {
            sums += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        }

        float sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static int[] Top(float[] similarities, int count)
    {
        int[] order = [.. Enumerable.Range(0, similarities.Length)];
        float[] keys = [.. similarities.Select(similarity => -similarity)];
        Array.Sort(keys, order);
        return order[..Math.Min(count, order.Length)];
    }
}
