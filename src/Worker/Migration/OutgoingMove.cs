using Godwit.Contracts.Migration;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.Migration.Wire;
using Godwit.Worker.Protocol;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Migration;

/// <summary>The source's side of one attempt to move a request: carries out what <see cref="SourceMachine"/> decides.</summary>
internal sealed partial class OutgoingMove : IRequestMove, IDisposable
{
    /// <summary>Blocks that a choice may need while it is copied; were they reserved only then, it would cost a step.</summary>
    private const int GrowthBlocks = 3;

    /// <summary>The refusal of this worker itself.</summary>
    public const string NotMovable = "not movable";

    private readonly MigrationParts _parts;
    private readonly PeerConnections _peers;
    private readonly RequestSlot _slot;
    private readonly MigrationOrder _order;
    private readonly int _epoch;
    private readonly SentBlocks _sent;
    private readonly StageSender _sender;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<MoveOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerConnection? _peer;
    private RequestProgress? _progress;
    private ParkedRequest? _parked;
    private int[]? _preemptions;
    private byte[]? _hash;
    private int _stages;
    private int _asked;

    /// <param name="move">The attempt's number.</param>
    /// <param name="parts">What it works with.</param>
    /// <param name="peers">Connections to other workers.</param>
    /// <param name="slot">The request's machine.</param>
    /// <param name="request">The request.</param>
    /// <param name="epoch">Under which epoch it runs here.</param>
    /// <param name="order">What ordered the move.</param>
    public OutgoingMove(
        long move,
        MigrationParts parts,
        PeerConnections peers,
        RequestSlot slot,
        ServedRequest request,
        int epoch,
        MigrationOrder order)
    {
        Move = move;
        Request = request;
        (_parts, _peers, _slot, _epoch, _order) = (parts, peers, slot, epoch, order);
        _sent = new SentBlocks(request.Acknowledged, !request.Call.Prepared.Formatter.IsStream);
        _sender = new StageSender(move, parts, _sent, _end.Token);
    }

    /// <inheritdoc/>
    public long Move { get; }

    /// <inheritdoc/>
    public ServedRequest Request { get; }

    /// <summary>How it ended.</summary>
    public Task<MoveOutcome> Outcome => _outcome.Task;

    /// <summary>What the destination gave as its reason for refusing; null: it did not refuse.</summary>
    public string? Refusal { get; private set; }

    private EngineLoop Engine => _parts.Engine;

    private Generation Generation => Request.Generation!;

    /// <inheritdoc/>
    public void Carry(WorkerAction action)
    {
        switch (action)
        {
            case WorkerAction.SendPrepare when !_parts.Failpoint.Drops("prepare"):
                Begin(PrepareAsync);
                break;
            case WorkerAction.AskProgress:
                Begin(AskAsync);
                break;
            case WorkerAction.Copy copy when !_parts.Failpoint.Drops("copy"):
                _stages = copy.Stage;
                _parts.Copying.Post(Copy);
                break;
            case WorkerAction.Stop:
                Begin(StopAsync);
                break;
            case WorkerAction.SendLast when !_parts.Failpoint.Drops("stop"):
                Begin(SendLastAsync);
                break;
            case WorkerAction.Offer offer when !_parts.Failpoint.Drops("offer"):
                Offer(offer.Epoch);
                break;
            case WorkerAction.SendAbort:
                Begin(AbortAsync);
                break;
            case WorkerAction.Unpark:
                Begin(UnparkAsync);
                break;
            case WorkerAction.MoveOver over:
                End(over.Outcome);
                break;
        }
    }

    /// <summary>The destination answered.</summary>
    public void Answered(WireFrame frame)
    {
        switch (frame.Type)
        {
            case WireType.Prepared:
                _slot.Happened(new WorkerEvent.Prepared(Move));
                break;
            case WireType.Refused:
                Refusal = ReadReason(frame);
                _slot.Happened(new WorkerEvent.Refused(Move));
                break;
            case WireType.Ready when ReadHash(frame).SequenceEqual(_hash):
                _slot.Happened(new WorkerEvent.Ready(Move));
                break;
            default:
                _slot.Happened(new WorkerEvent.PeerLost(Move));
                break;
        }
    }

    /// <summary>The connection to the destination broke.</summary>
    public void Lost() => _slot.Happened(new WorkerEvent.PeerLost(Move));

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    private static ReadOnlySpan<byte> ReadHash(WireFrame frame)
    {
        var wire = new WireReader(frame.Payload);
        wire.Int64();
        return wire.Bytes();
    }

    private static string ReadReason(WireFrame frame)
    {
        var wire = new WireReader(frame.Payload);
        wire.Int64();
        return wire.Text();
    }

    private void Begin(Func<Task> work) => _ = RunAsync(work);

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It is over: nobody waits for this any more.
        }
#pragma warning disable CA1031 // Whatever went wrong, the request goes on here.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(_parts.Logger, Request.Id, Move, _order.Destination.Id, error.Message);
            Lost();
        }
    }

    private async Task PrepareAsync()
    {
        RequestProgress? progress = await Engine.ProgressAsync(Generation);
        if (progress is not { IsMovable: true })
        {
            Refusal = NotMovable;
            _slot.Happened(new WorkerEvent.Refused(Move));
            return;
        }

        _preemptions = [.. progress.Choices.Select(choice => choice.Preemptions)];
        _peer = await _peers.ConnectAsync(_order.Destination, _end.Token);
        _peer.Enter(this);
        if (_end.IsCancellationRequested)
        {
            _peer.Leave(this);
            return;
        }

        ServedCall call = Request.Call;
        int sequences = progress.Choices.Count(choice => choice.Finish is null);
        ReadOnlyMemory<byte> frame = new PrepareMessage
        {
            Move = Move,
            Destination = _order.Destination.BootId,
            Kinship = _parts.Kinship,
            Ticket = call.Ticket with { Epoch = _epoch },
            Path = call.Path,
            Prompts = call.Prepared.Request.Prompts,
            Acknowledged = Request.Acknowledged,
            Blocks = _sent.Unsent(progress.Choices) + (GrowthBlocks * sequences),
            Sequences = sequences,
            Choices = _sent.Tell(progress.Choices, onlyFull: true, withBlocks: false),
            Body = call.Body,
        }.ToFrame();
        await _sender.SendAsync(_peer.Wire, frame);
    }

    private async Task AskAsync()
    {
        RequestProgress? progress = await Engine.ProgressAsync(Generation, pin: true);
        if (progress is null)
        {
            // It has just ended; its last outputs say so.
            return;
        }

        // The new pin holds what the former one does.
        BlockPin? former = _progress?.Pin;
        _progress = progress;
        if (former is not null)
        {
            _parts.Copying.Post(() => _ = Engine.UnpinAsync(former));
        }

        if (_end.IsCancellationRequested)
        {
            Unpin();
        }

        if (!progress.Choices.Select(choice => choice.Preemptions).SequenceEqual(_preemptions!))
        {
            _slot.Happened(new WorkerEvent.Preempted());
        }

        int unsent = _sent.Unsent(progress.Choices);
        int most = _parts.Options.MaxStages;
        bool isStopped = ++_asked >= most && most < SourceMachine.MaxStages;
        _slot.Happened(new WorkerEvent.Progress(
            Move, isStopped ? Math.Min(unsent, SourceMachine.FewBlocks) : unsent, progress.IsMovable));
    }

    // On the copying thread.
    private void Copy()
    {
        try
        {
            _sender.Copy(_peer!.Wire, _progress!.Choices, () => Tell(new WorkerEvent.CopyAdvanced(Move)));
            Tell(new WorkerEvent.Copied(Move));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It is over.
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or EngineFaultedException)
        {
            LogFailed(_parts.Logger, Request.Id, Move, _order.Destination.Id, error.Message);
            Tell(new WorkerEvent.PeerLost(Move));
        }
    }

    // What follows is not to be done at this thread's low priority.
    private void Tell(WorkerEvent happened) => ThreadPool.UnsafeQueueUserWorkItem(_ => _slot.Happened(happened), null);

    private async Task StopAsync()
    {
        _parked = await Engine.ParkAsync(Generation);
        if (_parked is { } parked && !parked.Choices.Select(choice => choice.Preemptions).SequenceEqual(_preemptions!))
        {
            // It has other blocks by now than those that were copied.
            _parked = null;
            await Engine.UnparkAsync(parked);
        }

        _slot.Happened(_parked is null ? new WorkerEvent.NotStopped(Move) : new WorkerEvent.Stopped(Move));
    }

    private Task SendLastAsync()
    {
        IReadOnlyList<ChoiceState> choices = _parked!.Choices;
        _hash = TokenHash.Of(choices.Select(choice => (IReadOnlyList<int>)choice.Outputs));
        _stages++;
        return _sender.SendLastAsync(_peer!.Wire, choices);
    }

    private void Offer(int epoch) => Request.Offer(new MovedNotice(
        _order.Destination,
        epoch,
        [.. _parked!.Choices.Select(choice => choice.Outputs.Count)],
        _order.Order,
        _order.Reason,
        _sender.Bytes,
        _stages));

    private async Task AbortAsync()
    {
        if (_peer is { } peer)
        {
            await peer.Wire.SendAsync(new WireWriter(WireType.Abort, Move).Write(Request.Id).Seal(), CancellationToken.None);
        }
    }

    private async Task UnparkAsync()
    {
        if (_parked is { } parked && !await Engine.UnparkAsync(parked))
        {
            Request.Fail(new EngineFaultedException("A parked request could not go on."));
        }
    }

    private void End(MoveOutcome outcome)
    {
        _end.Cancel();
        _peer?.Leave(this);
        if (outcome is MoveOutcome.TimedOut or MoveOutcome.PeerLost)
        {
            // Whatever holds it up must not hold up the next move too.
            _peer?.Break();
        }

        Unpin();
        _parts.Copying.Post(Dispose);
        _parts.Metrics.Over(outcome);
        _outcome.TrySetResult(outcome);
    }

    // After the copy that may still read them.
    private void Unpin()
    {
        if (_progress?.Pin is { } pin)
        {
            _parts.Copying.Post(() => _ = Engine.UnpinAsync(pin));
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Request {Request}, move {Move} to {Destination} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string request, long move, string destination, string reason);
}
