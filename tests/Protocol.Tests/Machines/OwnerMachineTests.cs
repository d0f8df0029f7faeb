using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Protocol.Tests.Machines;

/// <summary>The Gateway's rows of DESIGN §5.4, with their times and epochs.</summary>
public sealed class OwnerMachineTests
{
    private static readonly MigrationPeer A = new("a", "1", "http://a");
    private static readonly MigrationPeer B = new("b", "1", "http://b");
    private static readonly MigrationPeer C = new("c", "1", "http://c");
    private readonly OwnerMachine _machine = new(OwnerTimes.Default);
    private readonly List<OwnerAction> _actions = [];
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    [Fact]
    public void A_move_is_committed_with_the_next_epoch_and_the_source_released_at_the_first_frame()
    {
        Run(A);
        Assert.Equal([new OwnerAction.Close(1), Open(2, AttemptKind.Resume, B, 2)], Moved(1, B, 2));
        Assert.Equal([(B, 2), (A, 1)], Holders());
        Handle(new OwnerEvent.Headers(2));
        Assert.Equal(FrameVerdict.Accept, Judge(2, 2, out OwnerAction[] actions));
        Assert.Equal([new OwnerAction.Release(A, 1), new OwnerAction.Switch(B)], actions);
        Assert.Equal([(B, 2)], Holders());
        Assert.Equal(0, _machine.Recoveries);
    }

    [Fact]
    public void Without_headers_in_half_a_second_the_source_keeps_it_under_epoch_plus_two()
    {
        Run(A);
        Moved(1, B, 2);
        Assert.Equal(_now + TimeSpan.FromMilliseconds(500), _machine.NextDeadline);
        Assert.Equal([new OwnerAction.Close(2), new OwnerAction.Release(B, 2), Open(3, AttemptKind.Keep, A, 3)], Wait(0.5));
    }

    [Fact]
    public void Without_a_frame_two_seconds_after_the_headers_the_source_keeps_it()
    {
        Run(A);
        Moved(1, B, 2);
        Assert.Empty(Wait(0.4));
        Handle(new OwnerEvent.Headers(2));
        Assert.Empty(Wait(1.9));
        Assert.Contains(Open(3, AttemptKind.Keep, A, 3), Wait(0.1));
        Handle(new OwnerEvent.Headers(3));
        Assert.Empty(Wait(3));
        Assert.Equal(FrameVerdict.Accept, Judge(3, 2, out OwnerAction[] actions));
        Assert.Empty(actions);
    }

    [Fact]
    public void A_destination_that_fails_before_its_first_frame_is_no_recovery_and_a_keep_that_fails_too_is_one()
    {
        Run(A);
        Moved(1, B, 2);
        Assert.Contains(Open(3, AttemptKind.Keep, A, 3), Handle(new OwnerEvent.Failed(2, AttemptFailure.Declined)));
        Assert.Equal(0, _machine.Recoveries);
        OwnerAction[] actions = Handle(new OwnerEvent.Failed(3, AttemptFailure.NotConnected));
        Assert.Equal([new OwnerAction.Close(3), new OwnerAction.Release(A, 3)], actions[..2]);
        Assert.Equal([A, B], Assert.IsType<OwnerAction.Choose>(actions[2]).Except.OrderBy(each => each.Id));
        Assert.Equal([Open(4, AttemptKind.Replay, C, 4)], Handle(new OwnerEvent.Chosen(C)));
        Assert.Equal((1, 0), (_machine.Recoveries, _machine.Crashes));
    }

    [Fact]
    public void A_destination_that_fails_after_its_first_frame_is_recovered()
    {
        Run(A);
        Moved(1, B, 2);
        Judge(2, 2, out _);
        Assert.IsType<OwnerAction.Choose>(Handle(new OwnerEvent.Failed(2, AttemptFailure.Broken))[^1]);
        Assert.Equal([Open(3, AttemptKind.Replay, C, 3)], Handle(new OwnerEvent.Chosen(C)));
        Assert.Equal([3], _machine.Log.Next());
    }

    [Fact]
    public void Who_could_not_be_reached_is_passed_over_and_does_not_count()
    {
        _machine.Begin(_actions);
        Handle(new OwnerEvent.Chosen(A));
        Handle(new OwnerEvent.Failed(1, AttemptFailure.NotConnected));
        Assert.Equal([Open(2, AttemptKind.Start, B, 2)], Handle(new OwnerEvent.Chosen(B)));
        Handle(new OwnerEvent.Failed(2, AttemptFailure.Declined));
        Handle(new OwnerEvent.Chosen(C));
        Assert.Equal(0, _machine.Recoveries);
        Assert.Equal(new OwnerAction.End(OwnerEnd.NoInstance), Handle(new OwnerEvent.Failed(3, AttemptFailure.NotConnected))[^1]);
    }

    [Theory]
    [InlineData(nameof(AttemptFailure.Broken), nameof(OwnerEnd.Poisoned), true)]
    [InlineData(nameof(AttemptFailure.Silent), nameof(OwnerEnd.Failed), false)]
    public void The_third_failure_is_the_last_the_second_recovery_runs_alone_and_only_crashes_convict(
        string failure, string end, bool alone)
    {
        AttemptFailure how = Enum.Parse<AttemptFailure>(failure);
        Run(A);
        Handle(new OwnerEvent.Failed(1, how));
        Assert.Equal([Open(2, AttemptKind.Replay, B, 2)], Handle(new OwnerEvent.Chosen(B)));
        Assert.Equal(alone, Assert.IsType<OwnerAction.Choose>(Handle(new OwnerEvent.Failed(2, how))[^1]).Alone);
        Assert.Equal([Open(3, AttemptKind.Replay, C, 3, alone)], Handle(new OwnerEvent.Chosen(C)));
        Assert.Equal(new OwnerAction.End(Enum.Parse<OwnerEnd>(end)), Handle(new OwnerEvent.Failed(3, how))[^1]);
    }

    [Fact]
    public void A_client_that_leaves_during_a_move_cancels_both_sides_with_the_highest_epoch()
    {
        Run(A);
        Moved(1, B, 2);
        Assert.Equal(
            [
                new OwnerAction.Cancel(A, 2),
                new OwnerAction.Cancel(B, 2),
                new OwnerAction.Close(2),
                new OwnerAction.End(OwnerEnd.ClientGone),
            ],
            Handle(new OwnerEvent.ClientGone()));
        Assert.Empty(Holders());
        Assert.Empty(Handle(new OwnerEvent.ClientGone()));
    }

    [Fact]
    public void Frames_and_news_of_an_earlier_stream_change_nothing()
    {
        Run(A);
        Moved(1, B, 2);
        Assert.Equal(FrameVerdict.Drop, Judge(1, 2, out _));
        Assert.Empty(Handle(new OwnerEvent.Failed(1, AttemptFailure.Broken)));
        Assert.Empty(Moved(1, C, 3));
        Assert.Equal([2], _machine.Log.Next());
    }

    [Fact]
    public void An_offer_with_another_epoch_or_fewer_tokens_than_the_client_has_is_not_taken()
    {
        Run(A);
        Assert.IsType<OwnerAction.Choose>(Moved(1, B, 3)[^1]);
        Handle(new OwnerEvent.Chosen(C));
        Assert.IsType<OwnerAction.Choose>(
            Handle(new OwnerEvent.Moved(2, new MovedNotice(B, 3, [1], "o", "balance", 0, 1)))[^1]);
    }

    [Fact]
    public void A_worker_that_says_nothing_for_five_seconds_is_given_up_and_answered_acknowledgements_are_something()
    {
        Run(A);
        Wait(4);
        Handle(new OwnerEvent.AckAnswered(A, 1, _now, IsKnown: true));
        Assert.Empty(Wait(4.9));
        Assert.Contains(new OwnerAction.Release(A, 1), Wait(0.1));
    }

    [Fact]
    public void A_worker_that_does_not_know_the_request_any_more_is_given_up_if_it_was_asked_after_its_headers()
    {
        _machine.Begin(_actions);
        Handle(new OwnerEvent.Chosen(A));
        Assert.Empty(Handle(new OwnerEvent.AckAnswered(A, 1, _now, IsKnown: false)));
        TimeSpan before = _now;
        Wait(1);
        Handle(new OwnerEvent.Headers(1));
        Wait(1);
        Assert.Empty(Handle(new OwnerEvent.AckAnswered(A, 1, before, IsKnown: false)));
        Assert.Empty(Handle(new OwnerEvent.AckAnswered(B, 1, _now, IsKnown: false)));
        Assert.Contains(new OwnerAction.Release(A, 1), Handle(new OwnerEvent.AckAnswered(A, 1, _now, IsKnown: false)));
    }

    [Fact]
    public void A_request_that_is_moved_on_before_a_word_releases_the_first_source()
    {
        Run(A);
        Moved(1, B, 2);
        Assert.Equal([new OwnerAction.Release(A, 1), new OwnerAction.Close(2), Open(3, AttemptKind.Resume, C, 3)], Moved(2, C, 3));
        Assert.Equal([(C, 3), (B, 2)], Holders());
    }

    private static OwnerAction.Open Open(int attempt, AttemptKind kind, MigrationPeer instance, int epoch, bool alone = false) =>
        new(attempt, kind, instance, epoch, alone);

    /// <summary>Two tokens have come from an instance.</summary>
    private void Run(MigrationPeer instance)
    {
        _machine.Begin(_actions);
        _actions.Clear();
        Assert.Equal([Open(1, AttemptKind.Start, instance, 1)], Handle(new OwnerEvent.Chosen(instance)));
        Handle(new OwnerEvent.Headers(1));
        Judge(1, 0, out OwnerAction[] first);
        Assert.Equal([new OwnerAction.Switch(instance)], first);
        Judge(1, 1, out _);
    }

    private OwnerAction[] Moved(int attempt, MigrationPeer destination, int epoch) =>
        Handle(new OwnerEvent.Moved(attempt, new MovedNotice(destination, epoch, [2], "o", "balance", 0, 1)));

    private FrameVerdict Judge(int attempt, int index, out OwnerAction[] actions)
    {
        _actions.Clear();
        FrameVerdict verdict = _machine.Judge(attempt, new Frame(FrameFlags.None, 0, index, [7], default), _now, _actions);
        actions = [.. _actions];
        return verdict;
    }

    private OwnerAction[] Wait(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return Handle(OwnerEvent.Tick.Instance);
    }

    private OwnerAction[] Handle(OwnerEvent happened)
    {
        _actions.Clear();
        _machine.Handle(happened, _now, _actions);
        return [.. _actions];
    }

    private List<(MigrationPeer Instance, int Epoch)> Holders()
    {
        List<(MigrationPeer Instance, int Epoch)> holders = [];
        _machine.AddHolders(holders);
        return holders;
    }
}
