using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>Requests that run alone, and such that are not computed for a while.</summary>
public sealed class HeldBackTests
{
    private static readonly int[] s_prompt = [.. Enumerable.Range(10, 40)];

    [Fact]
    public void Alone_WaitsForAnEmptyBatch_AndNobodyJoins()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 64, MaxSequences = 8 });
        EngineRequest before = batch.Add([5], 10);
        EngineRequest alone = batch.Add([6], 10, choices: 2, alone: true);
        EngineRequest after = batch.Add([7], 10);
        EngineRequest urgent = batch.Add([8], 5, priority: -1);
        Assert.Null(batch.Batch.Reserve(1, 1));
        var together = new List<string>();
        do
        {
            batch.Batch.Step();
            together.Add(string.Join(',', new[] { before, alone, after, urgent }.Select(request => request.Running)));
        }
        while (!batch.Batch.IsEmpty);

        Assert.Equal(
            ["1,0,0,1", "0,2,0,0", "0,0,1,0"],
            together.Where(running => running is not ("1,0,0,0" or "0,0,0,0")).Distinct());
        Assert.All([before, alone, after], request => Assert.Equal(10, batch.Tokens(request).Count));
        Assert.NotNull(batch.Batch.Reserve(1, 1));
    }

    [Fact]
    public void Paused_ComputesNothing_AndLetsOthersHaveItsBlocks()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 8, PrefixCaching = false });
        EngineRequest paused = batch.Add(s_prompt, 40);
        batch.Step(5);
        batch.Batch.Pause(paused);
        Assert.False(batch.Batch.Step());
        Assert.Equal(5, batch.Tokens(paused).Count);

        // More urgent, and in need of nearly all blocks.
        EngineRequest urgent = batch.Add([.. Enumerable.Range(100, 60)], 40, priority: -1);
        batch.Step(2);
        Assert.Equal(1, batch.Status.HighRunning);
        batch.Run();
        Assert.Equal(40, batch.Tokens(urgent).Count);
        Assert.Equal(5, batch.Tokens(paused).Count);
        Assert.Equal(1, batch.Status.Totals.Preemptions);
        Assert.False(batch.Batch.IsEmpty);

        batch.Batch.Continue(paused);
        Assert.Equal(1, batch.Status.PreemptedWaiting);
        batch.Run();
        using var undisturbed = new TransferBatch(new EngineOptions { KvBlocks = 8 });
        EngineRequest expected = undisturbed.Add(s_prompt, 40);
        undisturbed.Run();
        Assert.Equal(undisturbed.Tokens(expected), batch.Tokens(paused));
        Assert.True(batch.Batch.IsEmpty);
    }

    [Fact]
    public void PausedAndParked_StaysPaused()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 40, MaxSequences = 4 });
        EngineRequest request = batch.Add(s_prompt, 40, choices: 2);
        batch.Step(5);
        batch.Batch.Pause(request);
        ParkedRequest parked = batch.Batch.Park(request)!;
        Assert.True(batch.Batch.Unpark(parked));
        Assert.False(batch.Batch.Step());
        batch.Batch.Continue(request);
        batch.Run();
        Assert.Equal(40, batch.Tokens(request, 1).Count);
    }
}
