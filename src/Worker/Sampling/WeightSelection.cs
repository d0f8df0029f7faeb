namespace Godwit.Worker.Sampling;

/// <summary>
/// Chooses the heaviest of many ids without sorting them: a histogram over the weights' leading bits finds the one bucket in which the
/// limit falls; what lies above is kept as it is, and only that bucket needs a heap. Of equals the lower id is kept.
/// </summary>
internal sealed class WeightSelection
{
    // Sign, exponent and four bits of mantissa: sixteen buckets per power of two, from 1 down to 2⁻⁶³; the lowest takes the rest.
    private const int Shift = 48;
    private const int Buckets = 1024;
    private static readonly int s_lowest = Key(1) - (Buckets - 1);
    private readonly int[] _counts = new int[Buckets];
    private readonly double[] _masses = new double[Buckets];

    /// <summary>
    /// Moves to the front the heaviest ids: as many as reach <paramref name="mass"/>, but at most <paramref name="most"/>. The last of them
    /// is the lightest.
    /// </summary>
    /// <param name="weights">Weight by id, above 0 and at most 1 for every id of the list.</param>
    /// <param name="ids">At least one id, in any order that is a function of the weights; reordered.</param>
    /// <param name="most">Most ids to keep, at least one.</param>
    /// <param name="mass">Sum of weights to reach.</param>
    /// <returns>How many ids are kept, and their mass.</returns>
    public (int Kept, double Mass) Keep(double[] weights, Span<int> ids, int most, double mass)
    {
        int limit = FindLimit(weights, ids, most, mass);
        (int sure, int candidates, double kept) = Partition(weights, ids, limit);
        Span<int> bucket = ids[sure..candidates];
        var heap = new WeightHeap(weights, bucket);
        int taken = 0;
        while (taken < bucket.Length && (sure + taken == 0 || (sure + taken < most && kept < mass)))
        {
            kept += weights[heap.Take()];
            taken++;
        }

        // What was taken lies at the end, the first one last.
        bucket.Reverse();
        return (sure + taken, kept);
    }

    private static int Key(double weight) => (int)(BitConverter.DoubleToUInt64Bits(weight) >> Shift);

    private static int BucketOf(double weight) => Math.Max(0, Key(weight) - s_lowest);

    // The bucket in which the count or the mass is reached.
    private int FindLimit(double[] weights, ReadOnlySpan<int> ids, int most, double mass)
    {
        Array.Clear(_counts);
        Array.Clear(_masses);
        foreach (int id in ids)
        {
            int bucket = BucketOf(weights[id]);
            _counts[bucket]++;
            _masses[bucket] += weights[id];
        }

        int limit = Buckets - 1;
        long count = _counts[limit];
        double sum = _masses[limit];
        while (limit > 0 && count < most && sum < mass)
        {
            limit--;
            count += _counts[limit];
            sum += _masses[limit];
        }

        return limit;
    }

    // Ids above the limit first, then those of its bucket.
    private static (int Sure, int Candidates, double Mass) Partition(double[] weights, Span<int> ids, int limit)
    {
        int sure = 0, candidates = 0;
        double mass = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            int id = ids[i];
            int bucket = BucketOf(weights[id]);
            if (bucket < limit)
            {
                continue;
            }

            // What stood there is dropped, or of the limit's bucket and makes way.
            ids[i] = ids[candidates];
            ids[candidates] = id;
            if (bucket > limit)
            {
                (ids[sure], ids[candidates]) = (ids[candidates], ids[sure]);
                sure++;
                mass += weights[id];
            }

            candidates++;
        }

        return (sure, candidates, mass);
    }
}
