using CsCheck;
using Godwit.Worker.Migration;

namespace Godwit.Scheduler.Tests.Migration;

/// <summary>The choice of the request that moves, as the simulator compiles it.</summary>
public sealed class MoverPolicyTests
{
    // A head that lacks 50 blocks; a block is copied in 4 ms, a step takes 40.
    private static readonly MoverSituation s_blocked = new(
        MustLeave: false, MaxBlocks: 100, AvailableBlocks: 10, HeadBlocks: 60, Preempted: false, Running: 3, HostsHigh: false, BlockSizeTokens: 16,
        StepMs: 40, BlocksPerMs: 0.25, PrefillMsPerToken: 0.2, FreenessFloor: 10);

    private static readonly Gen<MoverCandidate> AnyCandidate = Gen.Select(
        Gen.Int[1, 300], Gen.Int[0, 3000], Gen.Int[0, 3000], Gen.Bool, Gen.Bool, (blocks, generated, remaining, high, movable) =>
            new MoverCandidate(blocks, blocks * 16, generated, remaining, high, movable));

    [Fact]
    public void The_shortest_whose_move_pays_goes() =>
        Assert.Equal((1, MoverReason.Pays), Choose(s_blocked, Candidate(30), Candidate(20), Candidate(40)));

    [Fact]
    public void Ordinary_ones_go_before_those_of_high_priority() => Assert.Equal(
        (1, MoverReason.Pays), Choose(s_blocked, Candidate(5) with { IsHigh = true }, Candidate(40), Candidate(6) with { IsMovable = false }));

    [Fact]
    public void Whoever_would_end_before_the_copy_stays()
    {
        // 20 blocks are 80 ms of copying, two steps.
        Assert.Equal((-1, MoverReason.NoneLasts), Choose(s_blocked, Candidate(20) with { RemainingTokens = 2 }));
        Assert.Equal((0, MoverReason.Pays), Choose(s_blocked, Candidate(20) with { RemainingTokens = 40 }));

        // Predicted to last as long again as it has: 3 steps at least 16, 400 ms of copying for 100 blocks are 10 of them.
        Assert.Equal((0, MoverReason.Pays), Choose(s_blocked, Candidate(100) with { GeneratedTokens = 100 }));
        MoverSituation slow = s_blocked with { BlocksPerMs = 0.1 };
        Assert.Equal((-1, MoverReason.NoneLasts), Choose(slow, Candidate(100) with { GeneratedTokens = 3 }));
        Assert.Equal((-1, MoverReason.NoneLasts), Choose(slow with { MustLeave = true }, Candidate(100) with { RemainingTokens = 24 }));
    }

    [Fact]
    public void What_does_not_fit_the_destination_stays() =>
        Assert.Equal((-1, MoverReason.NoneFits), Choose(s_blocked with { MaxBlocks = 19 }, Candidate(20)));

    [Fact]
    public void Without_a_shortage_nothing_pays()
    {
        MoverSituation roomy = s_blocked with { HeadBlocks = 0, AvailableBlocks = 500 };
        Assert.Equal((-1, MoverReason.NonePays), Choose(roomy, Candidate(20)));

        // But ordinary work leaves the headroom to high priority, and an instance that shall stop is emptied.
        Assert.Equal((0, MoverReason.Pays), Choose(roomy with { HostsHigh = true }, Candidate(20)));
        Assert.Equal((-1, MoverReason.NonePays), Choose(roomy with { HostsHigh = true }, Candidate(20) with { IsHigh = true }));
        Assert.Equal((0, MoverReason.MustLeave), Choose(roomy with { MustLeave = true }, Candidate(20)));
    }

    [Fact]
    public void Blocks_that_run_out_before_the_requests_end_pay_for_a_move()
    {
        MoverSituation tight = s_blocked with { HeadBlocks = 0, AvailableBlocks = 6 };
        Assert.Equal((0, MoverReason.Pays), Choose(tight, Candidate(20) with { GeneratedTokens = 200 }));

        // Two blocks each are 32 steps: whoever is predicted to end within them takes no harm.
        Assert.Equal((-1, MoverReason.NonePays), Choose(tight, Candidate(20) with { GeneratedTokens = 30 }));
    }

    [Fact]
    public void Nothing_movable_is_said_so() => Assert.Equal((-1, MoverReason.NoneMovable), Choose(s_blocked));

    [Fact]
    public void Choices_are_sound() => Gen.Select(AnyCandidate.Array[0, 12], Gen.Int[0, 300], Gen.Int[-10, 100], Gen.Bool, Gen.Bool).Sample(
        (candidates, head, available, leave, high) =>
        {
            MoverSituation situation = s_blocked with { HeadBlocks = head, AvailableBlocks = available, MustLeave = leave, HostsHigh = high };
            MoverDecision decision = MoverPolicy.Choose(situation, candidates);
            if (decision.Moves)
            {
                MoverCandidate chosen = candidates[decision.Index];
                Assert.True(chosen.IsMovable && chosen.Blocks <= situation.MaxBlocks);
                Assert.True(chosen.RemainingTokens * situation.StepMs > chosen.Blocks / situation.BlocksPerMs);
                Assert.True(leave || decision.GainMs > decision.CostMs);
            }
        });

    private static MoverCandidate Candidate(int blocks) =>
        new(blocks, blocks * 16, GeneratedTokens: 64, RemainingTokens: 1000, IsHigh: false, IsMovable: true);

    private static (int Index, MoverReason Reason) Choose(MoverSituation situation, params MoverCandidate[] candidates)
    {
        MoverDecision decision = MoverPolicy.Choose(situation, candidates);
        return (decision.Index, decision.Reason);
    }
}
