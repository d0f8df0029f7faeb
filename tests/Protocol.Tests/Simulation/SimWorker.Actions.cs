using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <content>What the machines decide, and how it is carried out.</content>
internal sealed partial class SimWorker
{
    /// <summary>One event after the other: what an action sets off waits until the actions before it are done.</summary>
    private void Feed(int request, WorkerEvent happened)
    {
        _happened.Enqueue((request, happened));
        if (_isHandling)
        {
            return;
        }

        _isHandling = true;
        while (_happened.TryDequeue(out (int Request, WorkerEvent Happened) next))
        {
            if (_served[next.Request] is { } served)
            {
                served.Machine.Handle(next.Happened, _world.Time, _actions);
                foreach (WorkerAction action in _actions)
                {
                    if (_world.Trace is not null)
                    {
                        _world.Note($"    worker {Node}.{Boot} r{next.Request}: {action}");
                    }

                    Execute(next.Request, served, action);
                }

                _actions.Clear();
                SetTimer(next.Request, served);
            }
        }

        _isHandling = false;
    }

    private void SetTimer(int request, SimServed served)
    {
        if (served.Machine.Running is null && served.Machine.Held is null)
        {
            bool isAnswered = served.Machine.Knows(served.LastEpoch, _world.Time);
            if ((_world.Broken == BrokenRule.ForgetsAtOnce && !isAnswered) || served.Machine.IsForgotten(_world.Time))
            {
                _served[request] = null;
            }

            return;
        }

        long deadline = served.Machine.NextDeadline.Ticks;
        if (deadline < served.TickAt)
        {
            served.TickAt = deadline;
            _world.Later(deadline - _world.Now, new SimEvent { What = What.WorkerTick, Node = Node, Boot = Boot, Request = request });
        }
    }

    private void Execute(int request, SimServed served, WorkerAction action)
    {
        int peer = served.Move?.Destination ?? served.Reservation?.Source ?? Node;
        switch (action)
        {
            case WorkerAction.Run run:
                _world.Acted("Run", request, Node, peer);
                Begin(request, served, _world.Gateway.CallOf(run.Stream));
                break;
            case WorkerAction.Adopt adopt:
                _world.Acted("Adopt", request, Node, peer);
                Adopt(request, served, adopt.Epoch, _world.Gateway.CallOf(adopt.Stream));
                break;
            case WorkerAction.Attach attach:
                _world.Acted("Attach", request, Node, peer);
                if (served.Run!.Epoch != served.Machine.Running!.Epoch)
                {
                    served.Move = null;
                }

                Attach(served.Run, _world.Gateway.CallOf(attach.Stream), served.Machine.Running!.Epoch);
                Flush(request, served.Run!);
                break;
            case WorkerAction.Refuse refuse:
                Reply(What.CallFailed, (int)refuse.Stream, (int)AttemptFailure.Declined);
                break;
            case WorkerAction.Drop:
                _world.Acted("Drop", request, Node, peer);
                if (served.Run is { Call.IsEnded: false } dropped)
                {
                    dropped.Call.IsEnded = true;
                    Reply(What.CallFailed, dropped.Call.Id, (int)AttemptFailure.Broken);
                }

                served.Run = null;
                served.Move = null;
                break;
            case WorkerAction.SendPrepare:
                _world.Acted("SendPrepare", request, Node, peer);
                ToDestination(What.Prepare, request, served);
                break;
            case WorkerAction.AskProgress ask:
                _world.Acted("AskProgress", request, Node, peer);
                Self(_world.Dice.Ms(0, 20), new SimEvent { What = What.Progress, Request = request, Move = ask.Move });
                break;
            case WorkerAction.Copy:
                _world.Acted("Copy", request, Node, peer);
                Copy(request, served);
                break;
            case WorkerAction.Stop stop:
                _world.Acted("Stop", request, Node, peer);
                served.Run!.Stop = stop.Move;
                KeepStepping();
                break;
            case WorkerAction.SendLast:
                _world.Acted("SendLast", request, Node, peer);
                SendLast(request, served);
                break;
            case WorkerAction.Offer offer:
                _world.Acted("Offer", request, Node, peer);
                Offer(request, served, offer);
                break;
            case WorkerAction.SendAbort:
                _world.Acted("SendAbort", request, Node, peer);
                ToDestination(What.Abort, request, served);
                break;
            case WorkerAction.Unpark:
                _world.Acted("Unpark", request, Node, peer);
                served.Run!.IsParked = false;
                KeepStepping();
                break;
            case WorkerAction.MoveOver over when served.Move?.Move == over.Move && over.Outcome != MoveOutcome.Offered:
                served.Move = null;
                break;
            case WorkerAction.Reserve reserve:
                Reserve(request, served, reserve.Move);
                break;
            case WorkerAction.SendPrepared prepared:
                _world.Acted("SendPrepared", request, Node, peer);
                ToPeer(What.Prepared, request, served.Reservation!.Source, served.Reservation.SourceBoot, prepared.Move);
                break;
            case WorkerAction.SendRefused refused:
                ToPeer(What.Refused, request, _asker.Node, _asker.Boot, refused.Move);
                break;
            case WorkerAction.SendReady ready:
                _world.Acted("SendReady", request, Node, peer);
                ToPeer(What.Ready, request, served.Reservation!.Source, served.Reservation.SourceBoot, ready.Move);
                StartUnasked(served);
                break;
            case WorkerAction.Free free when served.Reservation?.Move == free.Move:
                _world.Acted("Free", request, Node, peer);
                served.Reservation = null;
                break;
        }
    }
}
