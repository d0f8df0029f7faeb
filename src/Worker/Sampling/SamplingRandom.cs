namespace Godwit.Worker.Sampling;

/// <summary>
/// Random numbers as a function of (seed, choice, position), DESIGN §5.3: the same token is drawn wherever and whenever it is sampled.
/// </summary>
internal static class SamplingRandom
{
    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public static double Uniform(long seed, int choice, int position) =>
        ((ulong)Bits(seed, choice, position) >> 11) * (1.0 / (1UL << 53));

    /// <summary>64 random bits.</summary>
    public static long Bits(long seed, int choice, int position)
    {
        ulong key = Mix(Mix((ulong)seed) ^ ((ulong)(uint)choice << 32) ^ (uint)position);
        return (long)Mix(key);
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014) with its increment: a bijection that passes BigCrush as a counter.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
