using Godwit.Gateway.Dispatch;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding;

/// <summary>Runs one attempt, and watches over it: a silent instance is given up, a waiting client is kept.</summary>
internal sealed class AttemptRunner(
    UpstreamClient upstream, InFlightCounts inFlight, InstanceRegistry registry, IOptions<ForwardingOptions> options, TimeProvider time)
{
    // While a resumed request has not begun, its deadlines are short.
    private static readonly TimeSpan WatchResumedEvery = TimeSpan.FromMilliseconds(25);
    private readonly ForwardingOptions _options = options.Value;

    private TimeSpan WatchEvery => TimeSpan.FromMilliseconds(
        Math.Clamp(Math.Min(_options.KeepAliveMs, Math.Min(_options.IdleTimeoutMs, _options.LostAfterMs)) / 4, 10, 1000));

    /// <summary>Makes a call to <paramref name="instance"/> and hands its answer on.</summary>
    /// <param name="call">The call.</param>
    /// <param name="attempt">Reads the answer.</param>
    /// <param name="instance">Whom to call.</param>
    /// <param name="isResumed">It only goes on with what it has, and has little time to begin.</param>
    /// <param name="keep">The client to be kept while the instance is silent; null: it waits for a whole answer.</param>
    /// <param name="gone">The client has left.</param>
    public async Task<AttemptResult> RunAsync(
        UpstreamCall call, GenerationAttempt attempt, ChosenInstance instance, bool isResumed, ClientAnswer? keep, CancellationToken gone)
    {
        using IDisposable entry = inFlight.Enter(instance.Id);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(gone);
        Task<AttemptResult.Failed?> watching = WatchAsync(attempt, keep, instance, isResumed, stop);
        UpstreamFault? fault;
        AttemptResult.Failed? silent = null;
        try
        {
            fault = await upstream.SendAsync(instance.Address, call, attempt.TakeOverAsync, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            silent = await watching;
        }

        return attempt.Result
            ?? (gone.IsCancellationRequested ? AttemptResult.ClientGone.Instance
            : silent ?? new AttemptResult.Failed(
                fault?.NeverArrived == true ? AttemptFault.NeverArrived : AttemptFault.Crashed, fault?.Reason ?? "it gave no answer"));
    }

    /// <summary>Ends with the attempt, or ends it; says why in that case.</summary>
    private async Task<AttemptResult.Failed?> WatchAsync(
        GenerationAttempt attempt, ClientAnswer? keep, ChosenInstance instance, bool isResumed, CancellationTokenSource stop)
    {
        using PeriodicTimer timer = new(isResumed ? WatchResumedEvery : WatchEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                if (WhySilent(attempt, instance, isResumed) is { } failed)
                {
                    await stop.CancelAsync();
                    return failed;
                }

                if (isResumed && attempt.HasFrame)
                {
                    isResumed = false;
                    timer.Period = WatchEvery;
                }

                if (keep is not null && attempt.WasAccepted)
                {
                    await keep.KeepAliveAsync(TimeSpan.FromMilliseconds(_options.KeepAliveMs), instance, stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The attempt is over.
        }

        return null;
    }

    private AttemptResult.Failed? WhySilent(GenerationAttempt attempt, ChosenInstance instance, bool isResumed)
    {
        if (isResumed && attempt.WithoutHeaders >= TimeSpan.FromMilliseconds(_options.ResumeHeadersMs))
        {
            return new AttemptResult.Failed(AttemptFault.Late, $"it did not answer within {_options.ResumeHeadersMs} ms");
        }

        if (isResumed && attempt.WithoutFrame >= TimeSpan.FromMilliseconds(_options.ResumeFrameMs))
        {
            return new AttemptResult.Failed(AttemptFault.Late, $"it sent no frame within {_options.ResumeFrameMs} ms");
        }

        TimeSpan silence = attempt.Silence;
        if (silence >= TimeSpan.FromMilliseconds(_options.IdleTimeoutMs))
        {
            return new AttemptResult.Failed(AttemptFault.Crashed, $"it was silent for {_options.IdleTimeoutMs} ms");
        }

        // A machine that froze or lost its network resets no connection; the registry is what notices.
        bool isLost = silence >= TimeSpan.FromMilliseconds(_options.LostAfterMs)
            && registry.Current.Find(instance.Id)?.Registration.BootId != instance.BootId;
        return isLost ? new AttemptResult.Failed(AttemptFault.Crashed, "it is silent, and the registry has dropped it") : null;
    }
}
