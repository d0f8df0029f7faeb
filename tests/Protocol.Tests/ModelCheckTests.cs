using Godwit.Protocol.Tests.Simulation;
using Xunit.Abstractions;

namespace Godwit.Protocol.Tests;

public sealed class ModelCheckTests(ITestOutputHelper output)
{
    [Fact]
    public void No_schedule_breaks_an_invariant()
    {
        ulong seed = ulong.TryParse(Environment.GetEnvironmentVariable("GODWIT_PROTOCOL_SEED"), out ulong given)
            ? given
            : (ulong)Random.Shared.NextInt64();
        int schedules = int.TryParse(Environment.GetEnvironmentVariable("GODWIT_PROTOCOL_SCHEDULES"), out int many) ? many : 100_000;
        ModelCoverage coverage = new();
        output.WriteLine($"seed {seed}, {schedules} schedules");
        string? violation = ModelCheck.Run(seed, schedules, BrokenRule.None, coverage);
        output.WriteLine(coverage.ToString());
        Assert.True(violation is null, $"seed {seed}: {violation}");
        Assert.True(
            coverage is { Resumed: > 0, Kept: > 0, Replayed: > 0, Poisoned: > 0, Unserved: > 0 },
            $"the schedules missed something: {coverage}");
    }
}
