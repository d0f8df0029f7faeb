using Godwit.Protocol.Tests.Simulation;

namespace Godwit.Protocol.Tests;

/// <summary>What the schedules of a check went through.</summary>
internal sealed class ModelCoverage
{
    public long Events { get; private set; }

    public int Resumed { get; private set; }

    public int Kept { get; private set; }

    public int Replayed { get; private set; }

    public int Poisoned { get; private set; }

    public int Unserved { get; private set; }

    public void Add(World world)
    {
        Events += world.Events;
        Resumed += world.Checks.Resumed;
        Kept += world.Checks.Kept;
        Replayed += world.Checks.Replayed;
        Poisoned += world.Checks.Poisoned;
        Unserved += world.Checks.Unserved;
    }

    public override string ToString() =>
        $"{Events} events; {Resumed} resumed, {Kept} kept, {Replayed} replayed, {Poisoned} poisoned, {Unserved} unserved";
}
