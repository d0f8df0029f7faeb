namespace Godwit.Protocol.Tests.Simulation;

/// <summary>An attempt to move a request, as its source knows it.</summary>
internal sealed class SimMove(long move, int destination, int boot)
{
    public long Move { get; } = move;

    public int Destination { get; } = destination;

    public int Boot { get; } = boot;

    /// <summary>Blocks sent so far; they are sent in order.</summary>
    public int Sent { get; set; }
}
