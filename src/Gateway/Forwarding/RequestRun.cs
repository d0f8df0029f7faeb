using System.Globalization;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Gateway.Forwarding.Trails;
using Godwit.Gateway.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// Carries one request from its first instance to the end of its answer: does what the request's <see cref="OwnerMachine"/> decides, one
/// action after the other, while one attempt at a time reads frames and passes on what the machine accepts.
/// </summary>
internal sealed partial class RequestRun(
    RequestOwner owner,
    string publicId,
    string path,
    GenerationCall call,
    RequestBody body,
    AdmissionTicket ticket,
    IReadOnlyList<ulong>? prefix,
    ClientAnswer answer,
    ForwardingServices services)
{
    private readonly RequestTrailLog _trail = new(publicId, owner.Request, call.Model, services.Trails, services.Time);
    private readonly InstanceSearch _search = new(owner.Request, call, prefix, answer, services);
    private RunningAttempt? _attempt;
    private AttemptResult.Refused? _last;
    private MigrationPeer? _speaker;
    private Numerics? _begunBy;
    private bool _hasBegun;

    /// <summary>Answers the client.</summary>
    /// <returns>The status for the metrics.</returns>
    public async Task<string> RunAsync()
    {
        // What generates nothing is in no worker's table: nobody there waits for acknowledgements, or could answer them.
        using IDisposable? owned = call.Generates ? services.Owned.Enter(owner) : null;
        using CancellationTokenRegistration leaving = answer.Gone.Register(() => owner.Happen(new OwnerEvent.ClientGone()));
        owner.Begin();
        try
        {
            await foreach (OwnerAction action in owner.Actions.ReadAllAsync())
            {
                if (action is OwnerAction.End end)
                {
                    return await EndAsync(end.How);
                }

                await DoAsync(action);
            }
        }
        finally
        {
            if (_attempt is not null)
            {
                await _attempt.StopAsync();
                _attempt.Dispose();
            }
        }

        throw new InvalidOperationException("A request's actions end with its end.");
    }

    private async Task DoAsync(OwnerAction action)
    {
        switch (action)
        {
            case OwnerAction.Choose choose:
                await ChooseAsync(choose);
                break;
            case OwnerAction.Open open:
                Open(open);
                break;
            case OwnerAction.Close close:
                await CloseAsync(close.Attempt);
                break;
            case OwnerAction.Release release:
                services.Workers.Order(InternalPaths.Release, release.Instance, new RequestEpoch(owner.Request, release.Epoch));
                break;
            case OwnerAction.Cancel cancel:
                services.Workers.Order(InternalPaths.Cancel, cancel.Instance, new RequestEpoch(owner.Request, cancel.Epoch));
                break;
        }
    }

    private async Task ChooseAsync(OwnerAction.Choose choose)
    {
        bool hasBegun = owner.HasTokens;
        ChosenInstance? chosen = null;
        try
        {
            // Of what has begun without saying its prompt nothing can be replayed.
            if (!hasBegun || owner.Head(path, call.ChoicesPerPrompt(path), choose.Alone) is not null)
            {
                chosen = await _search.FindAsync(choose, hasBegun, _begunBy, _speaker);
            }
        }
        catch (OperationCanceledException) when (answer.Gone.IsCancellationRequested)
        {
            owner.Happen(new OwnerEvent.ClientGone());
            return;
        }

        _trail.OwnPolicy = chosen?.OwnPolicy;
        owner.Happen(chosen is null ? new OwnerEvent.NoneLeft() : new OwnerEvent.Chosen(chosen.Instance));
    }

    private void Open(OwnerAction.Open open)
    {
        RunningAttempt running = new(open);
        _attempt = running;
        if (CallOf(open) is not { } upstream)
        {
            running.HasEnded = true;
            owner.Happen(new OwnerEvent.Failed(open.Attempt, AttemptFailure.Declined));
            return;
        }

        _trail.Opened(open, open.Kind == AttemptKind.Replay ? owner.TotalTokens : 0);
        if (open.Kind == AttemptKind.Keep)
        {
            services.Metrics.Kept();
        }

        running.Task = RunAttemptAsync(running, upstream);
    }

    private UpstreamCall? CallOf(OwnerAction.Open open)
    {
        AdmissionTicket current = ticket with { Epoch = open.Epoch, WeightsDigest = _begunBy?.WeightsDigest };
        return open.Kind switch
        {
            AttemptKind.Resume => UpstreamCall.GoOn(InternalPaths.Resume, owner.Resume(open.Epoch)),
            AttemptKind.Keep => UpstreamCall.GoOn(InternalPaths.Keep, owner.Resume(open.Epoch)),
            AttemptKind.Start when !open.Alone || !call.Generates => UpstreamCall.Start(path, body.Bytes, current),
            _ => owner.Head(path, call.ChoicesPerPrompt(path), open.Alone) is { } head
                ? UpstreamCall.Replay(head, body.Bytes, current)
                : null,
        };
    }

    private async Task CloseAsync(int attempt)
    {
        if (_attempt is not { } closed || closed.Number != attempt)
        {
            return;
        }

        bool decidedHere = !closed.HasEnded;
        closed.HasEnded = true;
        await closed.StopAsync();
        closed.Dispose();
        _attempt = null;
        if (decidedHere && !answer.Gone.IsCancellationRequested)
        {
            Note(closed, AttemptFailure.Silent, "it did not answer in time, or has the request no more", error: null);
        }
    }

    private async Task RunAttemptAsync(RunningAttempt running, UpstreamCall upstream)
    {
        GenerationAttempt attempt = new(
            () => owner.Happen(new OwnerEvent.Headers(running.Number)), frame => TakeAsync(running, frame), services.Time);
        bool isCommit = running.Opened.Kind is AttemptKind.Resume or AttemptKind.Keep;
        AttemptResult result;
        try
        {
            result = await services.Attempts.RunAsync(
                upstream, attempt, running.Instance, owner, isCommit, call.Stream ? answer : null, running.Stop);
        }
#pragma warning disable CA1031 // Whatever it is, the request must not wait for an attempt that is no more.
        catch (Exception e)
#pragma warning restore CA1031
        {
            result = new AttemptResult.Failed(AttemptFailure.Silent, $"it could not be called: {e.Message}");
        }

        if (answer.Gone.IsCancellationRequested)
        {
            // Whatever broke, broke because of that.
            owner.Happen(new OwnerEvent.ClientGone());
        }
        else if (!running.HasEnded)
        {
            switch (result)
            {
                case AttemptResult.Refused refused:
                    Fail(running, WorkerErrors.Of(running.Opened.Kind, refused), $"it answered {refused.Status}", refused);
                    break;
                case AttemptResult.Failed failed:
                    Fail(running, failed.Failure, failed.Reason, error: null);
                    break;
            }
        }
    }

    /// <summary>Takes a frame; the result when the attempt ends with it.</summary>
    private async Task<AttemptResult?> TakeAsync(RunningAttempt running, Frame frame)
    {
        if (frame.Flags.HasFlag(FrameFlags.Moved))
        {
            return TakeOffer(running, frame);
        }

        if (frame.Flags.HasFlag(FrameFlags.Error))
        {
            (AttemptFailure failure, AttemptResult.Refused error) = WorkerErrors.Of(frame);
            Fail(running, failure, "it sent an error", error);
            return error;
        }

        switch (owner.Judge(running.Number, frame, out MigrationPeer? speaker))
        {
            case FrameVerdict.Drop:
                return null;
            case FrameVerdict.Broken:
                running.HasEnded = true;
                string broken = $"a frame of choice {frame.Choice} at {frame.FirstIndex} continues nothing";
                return Note(running, AttemptFailure.Silent, broken, error: null);
        }

        try
        {
            Heard(running, frame, speaker);
            return await PassOnAsync(running, frame);
        }
        finally
        {
            owner.Passed();
        }
    }

    private AttemptResult TakeOffer(RunningAttempt running, Frame frame)
    {
        MovedNotice? notice;
        try
        {
            notice = JsonSerializer.Deserialize(frame.Payload.Span, ContractsJson.Default.MovedNotice);
        }
        catch (JsonException)
        {
            notice = null;
        }

        if (notice is not { Destination: { Id: not null, BootId: not null }, Next: not null }
            || !Uri.TryCreate(notice.Destination.Address, UriKind.Absolute, out Uri? address)
            || address.Scheme is not ("http" or "https"))
        {
            return Fail(running, AttemptFailure.Silent, "its offer of a move cannot be read", error: null);
        }

        running.HasEnded = true;
        _trail.Offered(notice);
        LogOffered(services.Logger, owner.Request, notice.Epoch, running.Instance.Id, notice.Destination.Id);
        owner.Happen(new OwnerEvent.Moved(running.Number, notice));
        return new AttemptResult.Moved(notice);
    }

    private void Heard(RunningAttempt running, Frame frame, MigrationPeer? speaker)
    {
        OwnerAction.Open open = running.Opened;
        _search.Succeeded();
        if (speaker is not null)
        {
            if (_speaker is not null && open.Kind is AttemptKind.Start or AttemptKind.Replay)
            {
                services.Metrics.Recovered();
            }
            else if (open.Kind == AttemptKind.Resume)
            {
                services.Metrics.Moved();
            }

            _speaker = speaker;
            answer.IsInexact |= _hasBegun && open.Kind == AttemptKind.Replay
                && _begunBy?.IsEqualTo(services.Chooser.NumericsOf(speaker)) != true;
        }

        if (!_hasBegun && frame.TokenIds.Count > 0 && !frame.Flags.HasFlag(FrameFlags.Prompt))
        {
            (_hasBegun, _begunBy) = (true, services.Chooser.NumericsOf(running.Instance));
        }

        _trail.Heard(running.Instance, open.Epoch);
    }

    private async Task<AttemptResult?> PassOnAsync(RunningAttempt running, Frame frame)
    {
        bool isLast = frame.Flags.HasFlag(FrameFlags.Last);
        running.HasEnded |= isLast;

        // Not ended with the attempt: what was accepted is the client's, whoever goes on.
        if (!call.Stream && isLast)
        {
            await answer.WriteWholeAsync(frame.Payload, running.Instance, answer.Gone);
        }
        else if (call.Stream && !frame.Payload.IsEmpty)
        {
            await answer.WriteEventsAsync(frame.Payload, running.Instance, answer.Gone);
        }

        return isLast ? AttemptResult.Answered.Instance : null;
    }

    private AttemptResult.Failed Fail(RunningAttempt running, AttemptFailure failure, string reason, AttemptResult.Refused? error)
    {
        running.HasEnded = true;
        AttemptResult.Failed failed = Note(running, failure, reason, error);
        owner.Happen(new OwnerEvent.Failed(running.Number, failure));
        return failed;
    }

    /// <summary>Remembers what became of an attempt, for the log, for the next choice, and for the client if it was the last.</summary>
    private AttemptResult.Failed Note(RunningAttempt running, AttemptFailure failure, string reason, AttemptResult.Refused? error)
    {
        MigrationPeer instance = running.Instance;
        _last = error ?? WorkerErrors.InstanceFailed(call.Model);
        if (failure != AttemptFailure.Refused)
        {
            LogFailed(services.Logger, owner.Request, running.Opened.Epoch, instance.Id, reason);
            _trail.Lost(reason);
        }

        if (failure is AttemptFailure.Broken or AttemptFailure.Silent or AttemptFailure.NotConnected)
        {
            services.Health.Failed(call.Model, instance.Id, instance.BootId);
        }

        if (failure != AttemptFailure.Broken)
        {
            _search.Failed(instance, failure);
        }

        return new AttemptResult.Failed(failure, reason);
    }

    private async Task<string> EndAsync(OwnerEnd how)
    {
        switch (how)
        {
            case OwnerEnd.Answered:
                if (call.Stream)
                {
                    await answer.EndAsync(_speaker!, answer.Gone);
                }

                return RequestMetrics.Answered;
            case OwnerEnd.ClientGone:
                return RequestMetrics.ClientClosed;
            case OwnerEnd.Poisoned:
                services.Quarantine.Add(path, call, body.Bytes.Span);
                services.Metrics.Poisoned();
                LogPoisoned(services.Logger, owner.Request);
                return await RefuseAsync(Poison.PoisonQuarantine.Refusal);
            case OwnerEnd.Failed:
                return await RefuseAsync(WorkerErrors.InstanceFailed(call.Model));
            default:
                return await RefuseAsync(_last ?? new AttemptResult.Refused(
                    StatusCodes.Status503ServiceUnavailable,
                    ApiErrorBody.ToUtf8(ApiError.Overloaded($"No instance of the model '{call.Model}' takes requests at the moment."))));
        }
    }

    private async Task<string> RefuseAsync(AttemptResult.Refused refused)
    {
        if (answer.HasStarted)
        {
            await answer.BreakAsync(refused.Body);
            return RequestMetrics.Broken;
        }

        if (call.HasFallback && refused.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return RequestMetrics.Unanswered;
        }

        await answer.RefuseAsync(refused.Status, refused.Body);
        return refused.Status.ToString(CultureInfo.InvariantCulture);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request}, epoch {Epoch}: instance {Instance} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string request, int epoch, string instance, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request {Request}, epoch {Epoch}: moves from {Source} to {Destination}")]
    private static partial void LogOffered(ILogger logger, string request, int epoch, string source, string destination);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} is given up: instance after instance failed with it")]
    private static partial void LogPoisoned(ILogger logger, string request);
}
