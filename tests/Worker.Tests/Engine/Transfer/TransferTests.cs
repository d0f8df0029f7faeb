using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>Parking, reserving, pinning and adopting, step by step.</summary>
public sealed class TransferTests
{
    private static readonly int[] s_prompt = [.. Enumerable.Range(10, 40)];

    [Fact]
    public void Parked_KeepsItsBlocksAndPlaces_AndGoesOnWhereItWas()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 40, MaxSequences = 3 });
        using var undisturbed = new TransferBatch(new EngineOptions { KvBlocks = 40, MaxSequences = 3 });
        EngineRequest expected = undisturbed.Add(s_prompt, 50, choices: 2);
        undisturbed.Run();

        EngineRequest request = batch.Add(s_prompt, 50, choices: 2);
        Assert.Null(batch.Batch.Park(request));
        batch.Step(10);
        int used = batch.Status.KvBlocksUsed;
        ParkedRequest parked = batch.Batch.Park(request)!;
        Assert.Null(batch.Batch.Park(request));
        Assert.Equal((used, 0, 0), (batch.Status.KvBlocksUsed, batch.Status.RequestsRunning, batch.Status.RequestsWaiting));
        Assert.All(parked.Choices, choice => Assert.Equal((10, 49), (choice.Outputs.Count, choice.Computed)));

        // One place is left.
        EngineRequest[] others = [batch.Add([5], 5), batch.Add([6], 5)];
        batch.Step(1);
        Assert.Equal((1, 1), (batch.Status.SequencesRunning, batch.Status.SequencesWaiting));
        batch.Run();
        Assert.All(others, other => Assert.Equal(5, batch.Tokens(other).Count));
        Assert.Equal(10, batch.Tokens(request).Count);

        Assert.True(batch.Batch.Unpark(parked));
        Assert.False(batch.Batch.Unpark(parked));
        batch.Run();
        Assert.Equal(undisturbed.Tokens(expected, 0), batch.Tokens(request, 0));
        Assert.Equal(undisturbed.Tokens(expected, 1), batch.Tokens(request, 1));
        Assert.Equal((0, 0), (batch.Status.KvBlocksUsed, batch.Status.Totals.RecomputedTokens));
        Assert.Null(batch.Batch.ProgressOf(request, pin: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ParkedAndGone_LeavesNothing(bool cancelled)
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 40, MaxSequences = 3 });
        EngineRequest request = batch.Add(s_prompt, 50, choices: 3);
        batch.Step(20);
        ParkedRequest parked = batch.Batch.Park(request)!;
        if (cancelled)
        {
            batch.Batch.Cancel(request);
        }

        batch.Batch.Drop(parked);
        batch.Batch.Drop(parked);
        Assert.False(batch.Batch.Unpark(parked));
        Assert.Equal((0, 0, 0), (batch.Status.KvBlocksUsed, batch.Status.RequestsWaiting, batch.Status.SequencesRunning));
        Assert.Equal(20, batch.Tokens(request).Count);
        Assert.True(batch.IsComplete(request));

        // All three places are there again.
        batch.Add([5], 5, choices: 3);
        batch.Step(1);
        Assert.Equal(3, batch.Status.SequencesRunning);
        batch.Run();
    }

    [Fact]
    public void Reservation_LeavesTheWatermark_AndCountsAsUsed()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 100, WatermarkShare = 0.05, MaxSequences = 4 });
        Assert.Null(batch.Batch.Reserve(96, 1));
        Assert.Null(batch.Batch.Reserve(1, 5));
        BlockReservation first = batch.Batch.Reserve(90, 3)!;
        Assert.Null(batch.Batch.Reserve(1, 2));
        Assert.Equal((90, 90, 5), (batch.Status.KvBlocksUsed, batch.Status.ReservedBlocks, batch.Status.WatermarkBlocks));
        Assert.False(batch.Batch.Grow(first, 6));
        Assert.True(batch.Batch.Grow(first, 5));
        Assert.Equal(95, first.Blocks.Distinct().Count());

        // One place and five blocks: a request of more than that waits, and the engine rests.
        EngineRequest large = batch.Add([.. Enumerable.Range(10, 90)], 4);
        Assert.Equal(0, batch.Run());
        Assert.Equal((6, 1), (batch.Status.HeadBlocks, batch.Status.SequencesWaiting));
        batch.Batch.Free(first);
        batch.Batch.Free(first);
        Assert.False(batch.Batch.Grow(first, 1));
        batch.Run();
        Assert.Equal(4, batch.Tokens(large).Count);
        Assert.Equal((0, 0), (batch.Status.KvBlocksUsed, batch.Status.ReservedBlocks));
    }

    [Fact]
    public void Adoption_RegistersFullBlocks_AndSharesThem()
    {
        using var source = new TransferBatch(new EngineOptions { KvBlocks = 64 });
        using var destination = new TransferBatch(new EngineOptions { KvBlocks = 64 });
        EngineRequest request = source.Add(s_prompt, 60, choices: 3);
        source.Step(15);
        ParkedRequest parked = source.Batch.Park(request)!;
        int blocks = parked.Choices.SelectMany(choice => choice.Blocks).Distinct().Count();
        (RequestAdoption adoption, BlockReservation reservation) = Bring(source, destination, parked, 60);
        Assert.False(destination.Batch.Step());
        Assert.Equal(blocks + 2, destination.Status.ReservedBlocks);
        Assert.True(destination.Batch.Adopt(adoption, reservation));
        source.Batch.Drop(parked);
        Assert.Equal((blocks, 0), (destination.Status.KvBlocksUsed, destination.Status.ReservedBlocks));
        Assert.Equal(15, destination.Tokens(adoption.Request, 2).Count);

        // The prompt's two full blocks and one more are found by who begins the same way.
        EngineRequest same = destination.Add([.. s_prompt, .. destination.Tokens(adoption.Request, 0).Take(8), 7], 1);
        destination.Step(1);
        Assert.Equal(48, same.CachedTokens);
        destination.Run();
        Assert.Equal(0, destination.Status.Totals.RecomputedTokens);

        using var undisturbed = new TransferBatch(new EngineOptions { KvBlocks = 64 });
        EngineRequest expected = undisturbed.Add(s_prompt, 60, choices: 3);
        undisturbed.Run();
        for (int choice = 0; choice < 3; choice++)
        {
            Assert.Equal(undisturbed.Tokens(expected, choice), destination.Tokens(adoption.Request, choice));
        }

        Assert.Equal((0, 0), (source.Status.KvBlocksUsed, destination.Status.KvBlocksUsed));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(4096)]
    public void Adoption_AfterTheCopy_CostsTheSameWhateverTheContext(int context)
    {
        // Blocks that are left over when all are placed but the last.
        const int Headroom = 2;
        var options = new EngineOptions { KvBlocks = 600, PrefillChunkTokens = 512, MaxTokensPerStep = 512 };
        using var source = new TransferBatch(options);
        using var destination = new TransferBatch(options);
        int[] prompt = [.. Enumerable.Range(0, context).Select(i => 10 + (i % 97))];
        EngineRequest request = source.Add(prompt, 60);
        source.Step(20);
        ChoiceState before = source.Batch.ProgressOf(request, pin: false)!.Choices[0];
        int full = before.Computed / KvBlock.Tokens;
        RequestAdoption adoption = destination.Prepare(prompt, 60);
        BlockReservation reservation = destination.Batch.Reserve(full + 1 + Headroom, 1)!;
        adoption.Extend(0, before.Outputs);
        Assert.True(destination.Batch.Place(
            adoption, reservation, [new PlacedBlocks(0, full * KvBlock.Tokens, [.. Enumerable.Range(0, full)])]));
        source.Step(2);
        ChoiceState last = source.Batch.Park(request)!.Choices[0];
        adoption.Extend(0, last.Outputs[before.Outputs.Count..]);
        int[] rest = [.. Enumerable.Range(full, last.Blocks.Count - full)];

        // The commands' own objects, and nothing by the block: 256 blocks would be a kilobyte at least.
        long start = GC.GetAllocatedBytesForCurrentThread();
        bool adopted = destination.Batch.Place(adoption, reservation, [new PlacedBlocks(0, last.Computed, rest)])
            && destination.Batch.Adopt(adoption, reservation);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - start;
        Assert.True(adopted);
        Assert.InRange(allocated, 0, 1000);
        Assert.Equal(last.Blocks.Count, destination.Status.KvBlocksUsed);

        // It goes on with one row, not with a prefill.
        destination.Batch.Step();
        EngineTotals totals = destination.Status.Totals;
        Assert.Equal((1, 1, 0), (totals.Steps, totals.GeneratedTokens, totals.RecomputedTokens));
    }

    [Fact]
    public void Adoption_CancelledOrFreedBefore_LeavesNothing()
    {
        using var source = new TransferBatch(new EngineOptions { KvBlocks = 64 });
        using var destination = new TransferBatch(new EngineOptions { KvBlocks = 64 });
        EngineRequest request = source.Add(s_prompt, 60, choices: 2);
        source.Step(15);
        ParkedRequest parked = source.Batch.Park(request)!;
        (RequestAdoption cancelled, BlockReservation first) = Bring(source, destination, parked, 60);
        cancelled.Generation.Dispose();
        Assert.False(destination.Batch.Adopt(cancelled, first));
        (RequestAdoption freed, BlockReservation second) = Bring(source, destination, parked, 60);
        destination.Batch.Free(second);
        Assert.False(destination.Batch.Adopt(freed, second));
        Assert.False(destination.Batch.Place(freed, second, []));
        Assert.False(destination.Batch.Step());
        Assert.Equal((0, 0), (destination.Status.KvBlocksUsed, destination.Status.ReservedBlocks));
        Assert.True(source.Batch.Unpark(parked));
        source.Run();
        Assert.Equal(60, source.Tokens(request).Count);
    }

    [Fact]
    public void BlocksThatDoNotFit_AreRefused()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 64 });
        RequestAdoption adoption = batch.Prepare(s_prompt, 60);
        BlockReservation reservation = batch.Batch.Reserve(4, 1)!;
        adoption.Extend(0, [300, 301]);
        foreach ((int computed, int[] blocks) in new (int, int[])[] { (42, [0, 1, 2]), (41, [0, 1]), (41, [0, 1, 4]), (41, [0, 1, -1]) })
        {
            Assert.Throws<ArgumentException>(() => batch.Batch.Place(adoption, reservation, [new PlacedBlocks(0, computed, blocks)]));
        }

        Assert.True(batch.Batch.Place(adoption, reservation, [new PlacedBlocks(0, 41, [0, 1, 2])]));
        Assert.Throws<ArgumentException>(() => batch.Batch.Place(adoption, reservation, [new PlacedBlocks(0, 41, [3])]));
        batch.Batch.Free(reservation);
        Assert.False(batch.Batch.Step());
        Assert.Equal(0, batch.Status.KvBlocksUsed);
    }

    [Fact]
    public void PinnedBlocks_KeepTheirContent_WhateverBecomesOfTheirSequence()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 8, PrefixCaching = false });
        EngineRequest request = batch.Add(s_prompt, 20);
        batch.Step(5);
        BlockPin pin = batch.Batch.ProgressOf(request, pin: true)!.Pin!;
        Assert.Equal(2, pin.Blocks.Count);
        batch.Batch.Cancel(request);
        Assert.Equal(2, batch.Status.KvBlocksUsed);
        EngineRequest other = batch.Add([.. Enumerable.Range(100, 60)], 30);
        while (batch.Batch.Step())
        {
            Assert.DoesNotContain(pin.Blocks, block => other.Choices[0].Table?.Blocks.ToArray().Contains(block) == true);
        }

        batch.Batch.Unpin(pin);
        batch.Batch.Unpin(pin);
        Assert.Equal(0, batch.Status.KvBlocksUsed);
    }

    [Fact]
    public void WhatCannotMove_SaysSo()
    {
        using var batch = new TransferBatch(new EngineOptions { KvBlocks = 64, PrefillChunkTokens = 16 });
        EngineRequest request = batch.Add(s_prompt, 10, choices: 2);
        Assert.False(batch.Batch.ProgressOf(request, pin: false)!.IsMovable);
        batch.Step(2);
        Assert.False(batch.Batch.ProgressOf(request, pin: false)!.IsMovable);
        batch.Step(1);
        Assert.True(batch.Batch.ProgressOf(request, pin: false)!.IsMovable);
        batch.Run();
        EngineRequest alone = batch.Add(s_prompt, 10, alone: true);
        batch.Step(4);
        Assert.False(batch.Batch.ProgressOf(alone, pin: false)!.IsMovable);
        batch.Batch.Cancel(alone);
    }

    // All that a parked request has, to another batch in one go.
    private static (RequestAdoption Adoption, BlockReservation Reservation) Bring(
        TransferBatch source, TransferBatch destination, ParkedRequest parked, int tokens)
    {
        RequestAdoption adoption = destination.Prepare(s_prompt, tokens, parked.Choices.Count);
        List<int> blocks = [.. parked.Choices.SelectMany(choice => choice.Blocks).Distinct()];
        BlockReservation reservation = destination.Batch.Reserve(blocks.Count + 2, parked.Choices.Count)!;
        for (int i = 0; i < blocks.Count; i++)
        {
            destination.Copy(source, blocks[i], reservation.Blocks[i]);
        }

        foreach (ChoiceState choice in parked.Choices)
        {
            adoption.Extend(choice.Choice, choice.Outputs);
            int[] indices = [.. choice.Blocks.Select(block => blocks.IndexOf(block))];
            Assert.True(destination.Batch.Place(
                adoption, reservation, [new PlacedBlocks(choice.Choice, choice.Computed, indices)]));
        }

        return (adoption, reservation);
    }
}
