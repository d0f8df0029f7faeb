using System.Buffers;
using System.Numerics;

namespace Godwit.Router.Features;

/// <summary>
/// A prompt as a short row of hashed features: character n-grams and words of its text with case and spacing taken out, and a few
/// features of its surface (how much is upper case, digits, …). The very same code serves training, evaluation and serving. It takes no
/// memory from the garbage collector, and its cost is bounded whatever the prompt: of one longer than <see cref="HeadChars"/> + <see
/// cref="TailChars"/> characters only head and tail are read.
/// </summary>
public static class PromptFeatures
{
    /// <summary>Version of the algorithm; a router file trained with another one is refused.</summary>
    public const int Version = 1;

    /// <summary>Characters read at the beginning of a long prompt.</summary>
    public const int HeadChars = 2048;

    /// <summary>Characters read at the end of a long prompt.</summary>
    public const int TailChars = 1024;

    /// <summary>Longest n-gram.</summary>
    public const int MaxOrder = 8;

    /// <summary>Features of the surface, in every row.</summary>
    public const int SurfaceFeatures = SurfaceProfile.Features;

    /// <summary>Last buckets of the table, kept for the surface.</summary>
    public const int SurfaceBuckets = SurfaceProfile.Features * SurfaceProfile.Levels;

    // Of an overfull row a third at least may be words: they say more than n-grams.
    private const int WordShare = 3;
    private const ulong WordSeed = 0x9E37_79B9_7F4A_7C15;
    private const ulong CharSeed = 0xCBF2_9CE4_8422_2325;
    private const ulong Prime = 0x9FB2_1C65_1E98_DF25;

    /// <summary>Computes the features of a prompt.</summary>
    /// <param name="text">The prompt, flags taken out; any characters, lone surrogates too.</param>
    /// <param name="spec">What to compute.</param>
    /// <param name="ids">Receives the buckets; at least <see cref="FeatureSpec.MaxSlots"/> long.</param>
    /// <param name="weights">Receives their weights; as long. Those of n-grams and words together have length 1.</param>
    /// <returns>How many there are, at least <see cref="SurfaceFeatures"/>.</returns>
    public static int Compute(ReadOnlySpan<char> text, FeatureSpec spec, Span<long> ids, Span<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ids.Length, spec.MaxSlots);
        ArgumentOutOfRangeException.ThrowIfLessThan(weights.Length, spec.MaxSlots);
        Span<char> canonical = stackalloc char[HeadChars + TailChars + 1];
        SurfaceProfile surface = new();
        int length;
        if (text.Length <= HeadChars + TailChars)
        {
            length = CanonicalText.Append(text, canonical, 0, ref surface);
        }
        else
        {
            length = CanonicalText.Append(text[..HeadChars], canonical, 0, ref surface);
            canonical[length++] = ' ';
            length = CanonicalText.Append(text[^TailChars..], canonical, length, ref surface);
        }

        int buckets = spec.Buckets - SurfaceBuckets;
        ushort[] counts = ArrayPool<ushort>.Shared.Rent(buckets);
        int[] seen = ArrayPool<int>.Shared.Rent(canonical.Length * (spec.CharOrders.Count + 1));
        counts.AsSpan(0, buckets).Clear();
        int words = spec.Words ? CountWords(canonical[..length], counts.AsSpan(0, buckets), seen) : 0;
        int all = CountGrams(canonical[..length], spec.CharOrders, counts.AsSpan(0, buckets), seen, words);

        int written = surface.Write(text.Length, buckets, ids, weights);
        int room = spec.MaxSlots - written;
        int keptWords = Math.Min(words, Math.Max(room / WordShare, room - (all - words)));
        int keptGrams = Math.Min(all - words, room - keptWords);
        int first = written;
        written = Spread(seen.AsSpan(0, words), keptWords, counts, ids, weights, written);
        written = Spread(seen.AsSpan(words, all - words), keptGrams, counts, ids, weights, written);
        Normalise(weights[first..written]);
        ArrayPool<int>.Shared.Return(seen);
        ArrayPool<ushort>.Shared.Return(counts);
        return written;
    }

    private static int CountWords(ReadOnlySpan<char> text, Span<ushort> counts, Span<int> seen)
    {
        int distinct = 0;
        for (int i = 0; i < text.Length;)
        {
            if (!CanonicalText.IsWord(text[i]))
            {
                i++;
                continue;
            }

            ulong hash = WordSeed;
            for (; i < text.Length && CanonicalText.IsWord(text[i]); i++)
            {
                hash = Step(hash, text[i]);
            }

            Count(hash, counts, seen, ref distinct);
        }

        return distinct;
    }

    private static int CountGrams(
        ReadOnlySpan<char> text, IReadOnlyList<int> orders, Span<ushort> counts, Span<int> seen, int distinct)
    {
        if (orders.Count == 0)
        {
            return distinct;
        }

        Span<bool> wanted = stackalloc bool[MaxOrder + 1];
        wanted.Clear();
        for (int i = 0; i < orders.Count; i++)
        {
            wanted[orders[i]] = true;
        }

        int longest = orders[^1];
        for (int start = 0; start < text.Length; start++)
        {
            ulong hash = CharSeed;
            int most = Math.Min(longest, text.Length - start);
            for (int n = 1; n <= most; n++)
            {
                hash = Step(hash, text[start + n - 1]);
                if (wanted[n])
                {
                    Count(hash + (ulong)n, counts, seen, ref distinct);
                }
            }
        }

        return distinct;
    }

    private static ulong Step(ulong hash, char c) => BitOperations.RotateLeft((hash ^ c) * Prime, 29);

    private static void Count(ulong hash, Span<ushort> counts, Span<int> seen, ref int distinct)
    {
        hash ^= hash >> 32;
        hash *= Prime;
        int bucket = (int)(((hash >> 32) * (ulong)counts.Length) >> 32);
        if (counts[bucket]++ == 0)
        {
            seen[distinct++] = bucket;
        }
    }

    // Those that find room are spread evenly over the prompt.
    private static int Spread(
        ReadOnlySpan<int> seen, int kept, ReadOnlySpan<ushort> counts, Span<long> ids, Span<float> weights, int written)
    {
        for (int i = 0; i < kept; i++)
        {
            int bucket = seen[(int)((long)i * seen.Length / kept)];
            ids[written] = bucket;
            weights[written++] = 1 + MathF.Log(counts[bucket]);
        }

        return written;
    }

    private static void Normalise(Span<float> weights)
    {
        float sum = 0;
        foreach (float weight in weights)
        {
            sum += weight * weight;
        }

        float scale = sum > 0 ? 1 / MathF.Sqrt(sum) : 0;
        foreach (ref float weight in weights)
        {
            weight *= scale;
        }
    }
}
