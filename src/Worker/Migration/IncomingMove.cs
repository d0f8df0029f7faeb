using Godwit.Worker.Api;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Godwit.Worker.Migration.Wire;
using Godwit.Worker.Protocol;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Migration;

/// <summary>The destination's side of one attempt to move a request: carries out what <see cref="DestinationMachine"/> decides.</summary>
internal sealed partial class IncomingMove : IRequestMove
{
    private readonly MigrationParts _parts;
    private readonly WireConnection _wire;
    private readonly string _id;
    private readonly int _epoch;
    private readonly ArrivingRequest _arriving;
    private volatile string _refusal = "not possible";
    private long _completed;
    private int _inGate = 1;

    /// <param name="message">What the source tells.</param>
    /// <param name="wire">The connection to the source.</param>
    /// <param name="parts">What it works with; its gate was entered.</param>
    public IncomingMove(PrepareMessage message, WireConnection wire, MigrationParts parts)
    {
        (Move, _id, _epoch) = (message.Move, message.Ticket.Request, message.Ticket.Epoch);
        (_wire, _parts, _arriving) = (wire, parts, new ArrivingRequest(message, parts));
    }

    /// <inheritdoc/>
    public long Move { get; }

    /// <inheritdoc/>
    public ServedRequest? Request => _arriving.Request;

    /// <summary>Nothing of it is held here, or it runs.</summary>
    public bool IsOver => _arriving.IsOver;

    /// <summary>Asks the request's machine whether it may come.</summary>
    public void Ask() => _parts.Requests.Handle(_id, new WorkerEvent.Prepare(_epoch, Move), move: this);

    /// <inheritdoc/>
    public void Carry(WorkerAction action)
    {
        switch (action)
        {
            case WorkerAction.Reserve when !_parts.Failpoint.Drops("prepare"):
                Begin(() => Task.Run(ReserveAsync));
                break;
            case WorkerAction.SendPrepared:
                Begin(() => SendAsync(new WireWriter(WireType.Prepared, Move)));
                break;
            case WorkerAction.SendRefused:
                LeaveGate();
                Begin(() => SendAsync(new WireWriter(WireType.Refused, Move).Write(_refusal)));
                break;
            case WorkerAction.SendReady when !_parts.Failpoint.Drops("offer"):
                LeaveGate();
                Begin(() => SendAsync(new WireWriter(WireType.Ready, Move).Write(_arriving.Hash())));
                break;
            case WorkerAction.Free:
                LeaveGate();
                Begin(_arriving.FreeAsync);
                break;
            case WorkerAction.Adopt when !_parts.Failpoint.Drops("resume"):
                Begin(() => _arriving.AdoptAsync(() => _parts.Metrics.WentOn(_parts.Time.GetElapsedTime(_completed))));
                break;
        }
    }

    /// <summary>Takes a frame of the source.</summary>
    public async Task ReceiveAsync(WireFrame frame)
    {
        try
        {
            switch (frame.Type)
            {
                case WireType.Abort:
                    Happened(new WorkerEvent.Abort(Move));
                    break;
                case WireType.Blocks when _parts.Failpoint.Drops("copy"):
                    break;
                case WireType.Blocks when await _arriving.TakeBlocksAsync(frame):
                    Happened(new WorkerEvent.BlocksCame(Move));
                    break;
                case WireType.Stage:
                    await TakeStageAsync(StageMessage.Read(frame.Payload));
                    break;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EngineFaultedException or ArgumentException)
        {
            LogFailed(_parts.Logger, _id, Move, e.Message);
            await SendAsync(new WireWriter(WireType.Refused, Move).Write(e.Message));
            Lost();
        }
    }

    /// <summary>The connection to the source broke, or what came over it was wrong.</summary>
    public void Lost() => Happened(new WorkerEvent.PeerLost(Move));

    private async Task TakeStageAsync(StageMessage stage)
    {
        _completed = _parts.Time.GetTimestamp();
        if (_parts.Failpoint.Drops(stage.IsLast ? "stop" : "copy"))
        {
            return;
        }

        if (await _arriving.TakeStageAsync(stage))
        {
            Happened(stage.IsLast ? new WorkerEvent.Completed(Move) : new WorkerEvent.BlocksCame(Move));
        }
    }

    private async Task ReserveAsync()
    {
        try
        {
            if (await _arriving.ReserveAsync())
            {
                Happened(new WorkerEvent.Reserved(Move));
                return;
            }

            _refusal = "no room";
        }
        catch (Exception e) when (e is ApiException or InvalidDataException or EngineFaultedException or ArgumentException)
        {
            // A request that runs elsewhere is sound; that it is none here means that the two workers differ after all.
            LogFailed(_parts.Logger, _id, Move, e.Message);
            _refusal = e.Message;
        }

        Happened(new WorkerEvent.NotReserved(Move));
    }

    private void Begin(Func<Task> work) => _ = RunAsync(work);

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // Nobody else would hear of it; what does not come about here ends by a deadline.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(_parts.Logger, _id, Move, error.Message);
        }
    }

    private Task SendAsync(WireWriter frame) => _wire.SendAsync(frame.Seal(), CancellationToken.None);

    private void Happened(WorkerEvent happened) => _parts.Requests.Find(_id)?.Happened(happened);

    private void LeaveGate()
    {
        if (Interlocked.Exchange(ref _inGate, 0) == 1)
        {
            _parts.Gate.Leave();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Request {Request}, move {Move} to this worker failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string request, long move, string reason);
}
