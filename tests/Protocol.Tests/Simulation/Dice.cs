namespace Godwit.Protocol.Tests.Simulation;

/// <summary>Random numbers of one schedule: the same seed, the same schedule, on every machine (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Next(int low, int high) => low + (int)(NextBits() % (ulong)(high - low + 1));

    public bool Chance(int percent) => Next(0, 99) < percent;

    /// <summary>Ticks of a random time between two numbers of milliseconds.</summary>
    public long Ms(int low, int high) => low * Span.Ms + (long)(NextBits() % (ulong)((high - low) * Span.Ms + 1));

    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
