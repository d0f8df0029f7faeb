namespace Godwit.Scheduler.Simulation;

/// <summary>
/// SplitMix64: random bits that are the same on every machine and with every version of .NET. Each purpose has a stream of its own, so
/// that to draw one thing more does not change the others.
/// </summary>
internal sealed class SplitMix
{
    private ulong _state;

    /// <param name="seed">Seed of the run.</param>
    /// <param name="purpose">What the numbers are for.</param>
    public SplitMix(long seed, string purpose)
    {
        _state = (ulong)seed * 0x9E3779B97F4A7C15;
        foreach (char letter in purpose)
        {
            _state = (_state ^ letter) * 0x100000001B3;
            Next();
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to and without 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From a normal distribution with mean 0 and deviation 1.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>From a gamma distribution with scale 1 (Marsaglia and Tsang).</summary>
    public double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(1 - Uniform(), 1 / shape);
        }

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Normal(), v = 1 + (c * x);
            if (v > 0 && Math.Log(1 - Uniform()) < (0.5 * x * x) + d - (d * v * v * v) + (d * Math.Log(v * v * v)))
            {
                return d * v * v * v;
            }
        }
    }
}
