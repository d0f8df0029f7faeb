namespace Godwit.Protocol.Tests.Simulation;

/// <summary>Lengths of time in ticks.</summary>
internal static class Span
{
    public const long Ms = TimeSpan.TicksPerMillisecond;

    public const long Second = TimeSpan.TicksPerSecond;
}
