using Godwit.Contracts.Frames;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <content>The tiny engine.</content>
internal sealed partial class SimWorker
{
    public void Preempt(int request, long length)
    {
        if (_served[request] is { Run: { IsParked: false, IsOverReported: false, HasBegun: true } run })
        {
            run.Waits = 1 + (int)(length / Span.Second);
            Feed(request, new WorkerEvent.Preempted());
        }
    }

    public void Fail(int request)
    {
        if (_served[request] is { Run: { IsParked: false, IsOverReported: false } run })
        {
            run.HasFailed = true;
            run.Stop = 0;
            run.IsOverReported = true;
            Feed(request, new WorkerEvent.Finished());
            if (_world.Dice.Chance(50))
            {
                Reply(What.CallFailed, run.Call.Id, (int)AttemptFailure.GivenBack);
            }
            else
            {
                Frame(run, new Frame(FrameFlags.Error, 0, 0, [], default));
            }

            run.Call.IsEnded = true;
            Feed(request, new WorkerEvent.Answered(run.Call.Id));
        }
    }

    public void SlowStep() => _slowUntil = _world.Now + (3 * Span.Second);

    /// <summary>What a destination must not do: see <see cref="BrokenRule.StartsAtReady"/>.</summary>
    private void StartUnasked(SimServed served)
    {
        if (_world.Broken == BrokenRule.StartsAtReady)
        {
            SimReservation reservation = served.Reservation!;
            SimCall nobody = new(-1, 0, 0, AttemptKind.Resume, Node, reservation.Epoch + 1, reservation.State!, []) { IsEnded = true };
            Answer answer = _world.Schedule.Answers[Request(served)];
            served.Run = new SimEngineRun(answer, reservation.Epoch + 1, nobody, _world.Now) { HasBegun = true };
            reservation.State!.CopyTo(served.Run.Have, 0);
            KeepStepping();
        }
    }

    private int Request(SimServed served) => Array.IndexOf(_served, served);

    private void Begin(int request, SimServed served, SimCall call)
    {
        _world.Checks.Began(this, request, call.Epoch);
        served.Run = new SimEngineRun(_world.Schedule.Answers[request], call.Epoch, call, _world.Now) { Waits = _world.Dice.Next(1, 4) };
        call.Outputs.CopyTo(served.Run.Have, 0);
        served.Run.SendFrom(call.From);
        if (_world.Schedule.IsPoison && request == 0)
        {
            _world.Later(_world.Dice.Ms(0, 300), new SimEvent { What = What.Poison, Node = -1, A = Node });
        }

        KeepStepping();
    }

    private void Adopt(int request, SimServed served, int epoch, SimCall call)
    {
        SimReservation reservation = served.Reservation!;
        _world.Checks.Adopted(Node, request, reservation);
        _world.Checks.Began(this, request, epoch);
        served.Reservation = null;
        served.Run = new SimEngineRun(_world.Schedule.Answers[request], epoch, call, _world.Now) { HasBegun = true };
        reservation.State!.CopyTo(served.Run.Have, 0);
        served.Run.SendFrom(call.From);
        Reply(What.Headers, call.Id, 0);
        ShowLife(served.Run);
        KeepStepping();
        Flush(request, served.Run);
    }

    private void Attach(SimEngineRun run, SimCall call, int epoch)
    {
        if (!run.Call.IsEnded && run.Call != call)
        {
            run.Call.IsEnded = true;
            Reply(What.CallFailed, run.Call.Id, (int)AttemptFailure.Broken);
        }

        if (epoch != run.Epoch)
        {
            run.Epoch = epoch;
            run.Began = _world.Now;
            run.Heard = _world.Now;
            run.Offered = 0;
        }

        run.Call = call;
        run.SendFrom(call.From);
        Reply(What.Headers, call.Id, 0);
        ShowLife(run);
    }

    /// <summary>A frame that says nothing may come at any time.</summary>
    private void ShowLife(SimEngineRun run)
    {
        if (_world.Dice.Chance(30))
        {
            Frame(run, SignOfLife);
        }
    }

    private void KeepStepping()
    {
        if (_isStepping)
        {
            return;
        }

        foreach (SimServed? served in _served)
        {
            if (served?.Run is { IsParked: false, IsOverReported: false } || served?.Run?.Stop > 0)
            {
                _isStepping = true;
                Self(_world.Schedule.Step, new SimEvent { What = What.Step });
                return;
            }
        }
    }

    private void Step()
    {
        if (_world.Now < _slowUntil)
        {
            Self(_slowUntil - _world.Now, new SimEvent { What = What.Step });
            return;
        }

        _isStepping = false;
        for (int request = 0; request < _served.Length; request++)
        {
            if (_served[request] is { Run: { } run } served)
            {
                if (run.Stop != 0)
                {
                    Park(request, run);
                }

                if (served.Run == run && !run.IsParked && !run.IsOverReported)
                {
                    Step(request, run);
                }
            }
        }

        KeepStepping();
    }

    private void Park(int request, SimEngineRun run)
    {
        long move = run.Stop;
        run.Stop = 0;
        if (run.Waits > 0)
        {
            Feed(request, new WorkerEvent.NotStopped(move));
            return;
        }

        run.IsParked = true;
        run.ParkedAt = _world.Now;
        Feed(request, new WorkerEvent.Stopped(move));
    }

    private void Step(int request, SimEngineRun run)
    {
        _world.Checks.Stepped(this, request, run);
        if (run.Waits > 0 && --run.Waits > 0)
        {
            return;
        }

        if (!run.HasBegun)
        {
            run.HasBegun = true;
            Reply(What.Headers, run.Call.Id, 0);
            foreach (Frame prompt in _world.Schedule.Answers[request].Prompts)
            {
                Frame(run, prompt);
            }
        }

        Answer answer = _world.Schedule.Answers[request];
        for (int choice = 0; choice < answer.Choices; choice++)
        {
            run.Have[choice] = Math.Min(run.Have[choice] + 1, answer.Lengths[choice]);
        }

        bool isFinished = run.IsFinished;
        if (isFinished)
        {
            run.IsOverReported = true;
            run.Stop = 0;
            Feed(request, new WorkerEvent.Finished());
        }

        Flush(request, run);
    }

    /// <summary>Sends the frames that are closed, and the last one when all are.</summary>
    private void Flush(int request, SimEngineRun run)
    {
        if (run.Call.IsEnded || !run.HasBegun || run.HasFailed)
        {
            return;
        }

        Answer answer = _world.Schedule.Answers[request];
        for (int choice = 0; choice < answer.Choices; choice++)
        {
            Frame[] frames = answer.Frames[choice];
            while (run.Sent[choice] < frames.Length
                && frames[run.Sent[choice]].FirstIndex + frames[run.Sent[choice]].TokenIds.Count <= run.Have[choice])
            {
                Frame(run, frames[run.Sent[choice]++]);
            }
        }

        if (run.IsFinished)
        {
            Frame(run, answer.Last);
            run.Call.IsEnded = true;
            Feed(request, new WorkerEvent.Answered(run.Call.Id));
        }
    }

    private void Frame(SimEngineRun run, Frame frame) => Reply(What.Frame, run.Call.Id, 0, frame);
}
