using Godwit.Contracts.Migration;
using Godwit.Worker.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <content>Both sides of a move.</content>
internal sealed partial class SimWorker
{
    public void Order(int request, int destination)
    {
        if (_served[request] is not { Run: not null } served)
        {
            return;
        }

        long move = ((long)((Node * 100) + Boot) << 32) | (uint)++_moves;
        if (served.Move is null)
        {
            served.Move = new SimMove(move, destination, _world.Workers[destination].Boot);
        }

        Feed(request, new WorkerEvent.MoveOrdered(move));
    }

    private void LosePeers(int request, SimServed served)
    {
        if (served.Move is { } move)
        {
            ToPeer(What.PeerLost, request, move.Destination, move.Boot, move.Move);
        }

        if (served.Reservation is { } reservation)
        {
            ToPeer(What.PeerLost, request, reservation.Source, reservation.SourceBoot, reservation.Move);
        }
    }

    private void OnBlocks(in SimEvent entry, SimReservation? reservation)
    {
        if (reservation?.Move == entry.Move)
        {
            reservation.Heard = _world.Now;
            reservation.Came(entry.A, entry.B);
            Feed(entry.Request, new WorkerEvent.BlocksCame(entry.Move));
            Complete(entry.Request, reservation);
        }
    }

    private void OnState(in SimEvent entry, SimReservation? reservation)
    {
        if (reservation?.Move != entry.Move)
        {
            if (_served[entry.Request] is not null)
            {
                Feed(entry.Request, new WorkerEvent.Completed(entry.Move));
            }

            return;
        }

        reservation.State = (int[])entry.Body!;
        reservation.StateBlocks = entry.A;
        reservation.Blocks = Math.Max(reservation.Blocks, entry.A);
        Complete(entry.Request, reservation);
    }

    private void Complete(int request, SimReservation reservation)
    {
        bool isReady = reservation.IsComplete || (_world.Broken == BrokenRule.ReadyWithoutBlocks && reservation.State is not null);
        if (isReady && _served[request]?.Reservation == reservation)
        {
            reservation.Heard = _world.Now;
            Feed(request, new WorkerEvent.Completed(reservation.Move));
        }
    }

    private void Reserve(int request, SimServed served, long move)
    {
        DestinationMachine held = served.Machine.Held!;
        served.Reservation = new SimReservation(move, held.Epoch, _asker.Node, _asker.Boot, 8, _world.Now);
        bool isGranted = Refusals == 0 && !_world.Dice.Chance(3);
        Refusals = Math.Max(0, Refusals - 1);
        Self(_world.Dice.Ms(0, 30), new SimEvent
        {
            What = What.Reserved,
            Request = request,
            Move = move,
            Flag = isGranted,
            From = _asker.Node,
            FromBoot = _asker.Boot,
        });
    }

    private void Copy(int request, SimServed served)
    {
        int first = served.Move!.Sent;
        int end = served.Run!.BlocksAt(_world.Schedule) - 1;
        long at = 0;
        while (first < end)
        {
            int count = Math.Min(MostChunk, end - first);
            at += _world.Dice.Ms(1, 30);
            Self(at, new SimEvent { What = What.CopyAdvanced, Request = request, Move = served.Move.Move, A = first, B = count });
            first += count;
        }

        served.Move.Sent = end;
        Self(at, new SimEvent { What = What.Copied, Request = request, Move = served.Move.Move });
    }

    private void SendLast(int request, SimServed served)
    {
        int end = served.Run!.BlocksAt(_world.Schedule);
        SendBlocks(request, served.Move!, served.Move!.Sent, end - served.Move.Sent);
        ToPeer(
            What.State, request, served.Move.Destination, served.Move.Boot, served.Move.Move, end, body: (int[])served.Run.Have.Clone());
    }

    private void SendBlocks(int request, SimMove move, int first, int count) =>
        ToPeer(What.Blocks, request, move.Destination, move.Boot, move.Move, first, count);

    private void Offer(int request, SimServed served, WorkerAction.Offer offer)
    {
        SimEngineRun run = served.Run!;
        Flush(request, run);
        SimWorker destination = _world.Workers[served.Move!.Destination];
        MigrationPeer peer = destination.Peer with { BootId = ((char)('0' + served.Move.Boot)).ToString() };
        MovedNotice notice = new(peer, offer.Epoch, (int[])run.Have.Clone(), "o", "balance", 0, 0);
        Reply(What.Moved, run.Call.Id, 0, notice);
        run.Call.IsEnded = true;
        run.Offered = run.Offered == 0 ? _world.Now : run.Offered;
        run.IsFreed |= _world.Broken == BrokenRule.FreesBeforeRelease;
        if (_world.Broken == BrokenRule.SourceHelpsItself)
        {
            Self(Span.Second, new SimEvent { What = What.SelfUnpark, Request = request, Epoch = run.Epoch });
        }
    }

    private void ToDestination(What what, int request, SimServed served)
    {
        if (served.Move is { } move)
        {
            ToPeer(what, request, move.Destination, move.Boot, move.Move, epoch: served.Run?.Epoch ?? 0);
        }
    }

    private void ToPeer(What what, int request, int node, int boot, long move, int a = 0, int b = 0, int epoch = 0, object? body = null) =>
        _world.Send(Node, new SimEvent
        {
            What = what,
            Node = node,
            Boot = boot,
            Request = request,
            FromBoot = Boot,
            Epoch = epoch,
            Move = move,
            A = a,
            B = b,
            Body = body,
        });
}
