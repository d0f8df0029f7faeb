using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Machines;

/// <summary>The workers' rows of DESIGN §5.4, with their times and epochs.</summary>
public sealed class RequestAtWorkerTests
{
    private const long Move = 77;
    private readonly RequestAtWorker _machine = new(Seconds(100), WorkerTimes.Default);
    private readonly List<WorkerAction> _actions = [];
    private TimeSpan _now = Seconds(100);

    [Fact]
    public void A_request_is_copied_in_stages_stopped_offered_and_released()
    {
        Handle(new WorkerEvent.Start(1, 10));
        Assert.Equal([new WorkerAction.SendPrepare(Move)], Handle(new WorkerEvent.MoveOrdered(Move)));
        Assert.Equal([new WorkerAction.AskProgress(Move)], Handle(new WorkerEvent.Prepared(Move)));
        Assert.Equal([new WorkerAction.Copy(Move, 1)], Handle(new WorkerEvent.Progress(Move, 100, true)));
        Assert.Equal([new WorkerAction.AskProgress(Move)], Handle(new WorkerEvent.Copied(Move)));
        Assert.Equal([new WorkerAction.Copy(Move, 2)], Handle(new WorkerEvent.Progress(Move, 17, true)));
        Handle(new WorkerEvent.Copied(Move));
        Assert.Equal([new WorkerAction.Stop(Move)], Handle(new WorkerEvent.Progress(Move, 16, true)));
        Assert.Equal([new WorkerAction.SendLast(Move)], Handle(new WorkerEvent.Stopped(Move)));
        Assert.Equal(
            [new WorkerAction.Offer(Move, 2), new WorkerAction.MoveOver(Move, MoveOutcome.Offered)], Handle(new WorkerEvent.Ready(Move)));
        Assert.Empty(Handle(new WorkerEvent.StreamBroken(10)));
        Assert.Contains(new WorkerAction.Drop(DropCause.Released), Handle(new WorkerEvent.Release(1)));
        Assert.Empty(Handle(new WorkerEvent.Release(1)));
    }

    [Fact]
    public void What_has_not_converged_in_three_stages_goes_on_unmoved()
    {
        Handle(new WorkerEvent.Start(1, 10));
        Handle(new WorkerEvent.MoveOrdered(Move));
        Handle(new WorkerEvent.Prepared(Move));
        for (int stage = 1; stage < SourceMachine.MaxStages; stage++)
        {
            Assert.Equal([new WorkerAction.Copy(Move, stage)], Handle(new WorkerEvent.Progress(Move, 17, true)));
            Handle(new WorkerEvent.Copied(Move));
        }

        Assert.Equal(
            [new WorkerAction.SendAbort(Move), new WorkerAction.MoveOver(Move, MoveOutcome.NotConverged)],
            Handle(new WorkerEvent.Progress(Move, 17, true)));
        Assert.Equal(SourcePhase.Running, _machine.Running!.Phase);
    }

    [Fact]
    public void A_parked_request_goes_on_when_ready_does_not_come()
    {
        Park();
        Assert.Equal(_now + Seconds(2), _machine.NextDeadline);
        Assert.Equal(
            [new WorkerAction.SendAbort(Move), WorkerAction.Unpark.Instance, new WorkerAction.MoveOver(Move, MoveOutcome.TimedOut)],
            Wait(2));
        Assert.Empty(Handle(new WorkerEvent.Ready(Move)));
    }

    [Fact]
    public void A_stop_that_is_regretted_is_undone_when_it_comes_and_no_other_move_begins_before()
    {
        Handle(new WorkerEvent.Start(1, 10));
        Handle(new WorkerEvent.MoveOrdered(Move));
        Handle(new WorkerEvent.Prepared(Move));
        Handle(new WorkerEvent.Progress(Move, 3, true));
        Assert.Equal(
            [new WorkerAction.SendAbort(Move), new WorkerAction.MoveOver(Move, MoveOutcome.PeerLost)],
            Handle(new WorkerEvent.PeerLost(Move)));
        Assert.Equal([new WorkerAction.MoveOver(Move + 1, MoveOutcome.Busy)], Handle(new WorkerEvent.MoveOrdered(Move + 1)));
        Assert.Equal([WorkerAction.Unpark.Instance], Handle(new WorkerEvent.Stopped(Move)));
        Assert.Equal([new WorkerAction.SendPrepare(Move + 2)], Handle(new WorkerEvent.MoveOrdered(Move + 2)));
    }

    [Fact]
    public void A_source_keeps_its_request_under_epoch_plus_two_and_a_late_release_of_the_first_epoch_does_nothing()
    {
        Park();
        Handle(new WorkerEvent.Ready(Move));
        Assert.Equal([WorkerAction.Unpark.Instance, new WorkerAction.Attach(11)], Handle(new WorkerEvent.Keep(3, 11)));
        Assert.Empty(Handle(new WorkerEvent.Release(1)));
        Assert.Empty(Handle(new WorkerEvent.StreamBroken(10)));
        Assert.Equal((3, SourcePhase.Running), (_machine.Running!.Epoch, _machine.Running.Phase));
        Assert.Equal([new WorkerAction.Drop(DropCause.StreamBroken)], Handle(new WorkerEvent.StreamBroken(11)));
    }

    [Fact]
    public void A_keep_of_what_is_gone_is_refused()
    {
        Park();
        Handle(new WorkerEvent.Ready(Move));
        Wait(5);
        Assert.Equal([new WorkerAction.Refuse(11, RefusalReason.NotHeld)], Handle(new WorkerEvent.Keep(3, 11)));
    }

    [Fact]
    public void Without_acknowledgements_a_running_request_ends_after_five_seconds_and_with_them_an_offer_after_thirty()
    {
        Handle(new WorkerEvent.Start(1, 10));
        Wait(4);
        Handle(new WorkerEvent.Ack(1));
        Assert.Empty(Wait(4.9));
        Assert.Equal([new WorkerAction.Drop(DropCause.NoAcks)], Wait(0.1));

        Handle(new WorkerEvent.Start(2, 12));
        ParkMore();
        Handle(new WorkerEvent.Ready(Move));
        for (int i = 0; i < 29; i++)
        {
            Assert.Empty(Wait(1));
            Handle(new WorkerEvent.Ack(2));
        }

        Assert.Equal([new WorkerAction.Drop(DropCause.Undecided)], Wait(1));
        Assert.False(_machine.Knows(2, _now));
    }

    [Fact]
    public void An_epoch_is_used_once_and_a_second_call_of_the_living_one_gets_its_frames()
    {
        Assert.Equal([new WorkerAction.Run(2, 10)], Handle(new WorkerEvent.Start(2, 10)));
        Assert.Empty(Handle(new WorkerEvent.Start(2, 10)));
        Assert.Equal([new WorkerAction.Attach(11)], Handle(new WorkerEvent.Start(2, 11)));
        Assert.Equal([new WorkerAction.Refuse(12, RefusalReason.Stale)], Handle(new WorkerEvent.Start(1, 12)));
        Handle(new WorkerEvent.Answered(11));
        Assert.Equal([new WorkerAction.Refuse(13, RefusalReason.Stale)], Handle(new WorkerEvent.Start(2, 13)));
        Assert.True(_machine.Knows(2, _now + Seconds(29.9)));
        Assert.False(_machine.Knows(2, _now + Seconds(30)));
    }

    [Fact]
    public void A_cancelled_request_is_refused_for_thirty_seconds_and_then_forgotten()
    {
        Handle(new WorkerEvent.Start(1, 10));
        Assert.Equal([new WorkerAction.Drop(DropCause.Cancelled)], Handle(new WorkerEvent.Cancel(1)));
        Wait(29.9);
        Assert.Equal([new WorkerAction.Refuse(11, RefusalReason.Cancelled)], Handle(new WorkerEvent.Start(2, 11)));
        Assert.Equal([new WorkerAction.SendRefused(5)], Handle(new WorkerEvent.Prepare(9, 5)));
        Assert.False(_machine.IsForgotten(_now + Seconds(29.9)));
        Assert.True(_machine.IsForgotten(_now + Seconds(30)));
    }

    [Fact]
    public void A_reservation_becomes_a_running_request_by_exactly_the_next_epoch()
    {
        Reserve();
        Assert.Equal([new WorkerAction.Adopt(2, 20)], Handle(new WorkerEvent.Resume(2, 20)));
        Assert.Null(_machine.Held);
        Assert.Equal([new WorkerAction.Attach(21)], Handle(new WorkerEvent.Resume(2, 21)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_call_with_a_higher_epoch_voids_a_reservation(int epoch)
    {
        Reserve();
        Assert.Equal([new WorkerAction.Free(Move), new WorkerAction.Run(epoch, 20)], Handle(new WorkerEvent.Start(epoch, 20)));
        Assert.Equal([new WorkerAction.Refuse(21, RefusalReason.Stale)], Handle(new WorkerEvent.Resume(2, 21)));
    }

    [Fact]
    public void A_resume_of_what_is_not_ready_is_refused_and_frees_it()
    {
        Handle(new WorkerEvent.Prepare(1, Move));
        Handle(new WorkerEvent.Reserved(Move));
        Assert.Equal(
            [new WorkerAction.Free(Move), new WorkerAction.Refuse(20, RefusalReason.NotHeld)], Handle(new WorkerEvent.Resume(2, 20)));
    }

    [Fact]
    public void A_reservation_lives_five_seconds_after_the_sources_last_frame_and_acknowledgements_do_not_help_it()
    {
        Handle(new WorkerEvent.Prepare(1, Move));
        Handle(new WorkerEvent.Reserved(Move));
        Wait(4);
        Handle(new WorkerEvent.BlocksCame(Move));
        Assert.Empty(Wait(4.9));
        Handle(new WorkerEvent.Completed(Move));
        Wait(4.9);
        Handle(new WorkerEvent.Ack(2));
        Assert.Equal([new WorkerAction.Free(Move)], Wait(0.1));
        Assert.Equal([new WorkerAction.Refuse(20, RefusalReason.NotHeld)], Handle(new WorkerEvent.Resume(2, 20)));
    }

    [Fact]
    public void The_sources_death_frees_what_is_not_ready_and_leaves_what_is()
    {
        Reserve();
        Assert.Empty(Handle(new WorkerEvent.PeerLost(Move)));
        Assert.Equal([new WorkerAction.Free(Move)], Handle(new WorkerEvent.Abort(Move)));
        Handle(new WorkerEvent.Prepare(1, Move + 1));
        Assert.Equal([new WorkerAction.Free(Move + 1)], Handle(new WorkerEvent.PeerLost(Move + 1)));
    }

    [Fact]
    public void A_late_prepare_does_not_bring_back_what_was_aborted()
    {
        Reserve();
        Handle(new WorkerEvent.Abort(Move));
        Assert.Equal([new WorkerAction.SendRefused(Move)], Handle(new WorkerEvent.Prepare(1, Move)));
        Assert.Equal([new WorkerAction.Reserve(Move + 1)], Handle(new WorkerEvent.Prepare(1, Move + 1)));
    }

    [Fact]
    public void A_worker_that_was_frozen_looks_at_the_clock_before_it_looks_at_its_mail()
    {
        Reserve();
        _now += Seconds(8);
        Assert.Equal(
            [new WorkerAction.Free(Move), new WorkerAction.Refuse(20, RefusalReason.NotHeld)], Handle(new WorkerEvent.Resume(2, 20)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Park()
    {
        Handle(new WorkerEvent.Start(1, 10));
        ParkMore();
    }

    private void ParkMore()
    {
        Handle(new WorkerEvent.MoveOrdered(Move));
        Handle(new WorkerEvent.Prepared(Move));
        Handle(new WorkerEvent.Progress(Move, 3, true));
        Assert.Equal([new WorkerAction.SendLast(Move)], Handle(new WorkerEvent.Stopped(Move)));
    }

    private void Reserve()
    {
        Assert.Equal([new WorkerAction.Reserve(Move)], Handle(new WorkerEvent.Prepare(1, Move)));
        Assert.Equal([new WorkerAction.SendPrepared(Move)], Handle(new WorkerEvent.Reserved(Move)));
        Handle(new WorkerEvent.BlocksCame(Move));
        Assert.Equal([new WorkerAction.SendReady(Move)], Handle(new WorkerEvent.Completed(Move)));
    }

    private WorkerAction[] Wait(double seconds)
    {
        _now += Seconds(seconds);
        return Handle(WorkerEvent.Tick.Instance);
    }

    private WorkerAction[] Handle(WorkerEvent happened)
    {
        _actions.Clear();
        _machine.Handle(happened, _now, _actions);
        return [.. _actions];
    }
}
