using Godwit.Contracts.Migration;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding;

/// <summary>Runs one attempt, and watches over it: a silent instance is given up, a waiting client is kept.</summary>
internal sealed class AttemptRunner(
    UpstreamClient upstream, InFlightCounts inFlight, InstanceRegistry registry, IOptions<ForwardingOptions> options, TimeProvider time)
{
    // A move's deadlines are short.
    private static readonly TimeSpan WatchCommitEvery = TimeSpan.FromMilliseconds(25);
    private readonly ForwardingOptions _options = options.Value;

    private TimeSpan WatchEvery => TimeSpan.FromMilliseconds(
        Math.Clamp(Math.Min(_options.KeepAliveMs, Math.Min(_options.IdleTimeoutMs, _options.LostAfterMs)) / 4, 10, 1000));

    /// <summary>Makes a call to <paramref name="instance"/> and hands its answer on.</summary>
    /// <param name="call">The call.</param>
    /// <param name="attempt">Reads the answer.</param>
    /// <param name="instance">Whom to call.</param>
    /// <param name="owner">Whose request it is; it is told of the time.</param>
    /// <param name="isCommit">The worker only goes on with what it has, and has little time to begin.</param>
    /// <param name="keep">The client to be kept while the instance is silent; null: it waits for a whole answer.</param>
    /// <param name="stop">The attempt is not wanted any more.</param>
    public async Task<AttemptResult> RunAsync(
        UpstreamCall call,
        GenerationAttempt attempt,
        MigrationPeer instance,
        RequestOwner owner,
        bool isCommit,
        ClientAnswer? keep,
        CancellationToken stop)
    {
        using IDisposable entry = inFlight.Enter(instance.Id);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<AttemptResult.Failed?> watching = WatchAsync(attempt, instance, owner, isCommit, keep, over);
        UpstreamFault? fault;
        AttemptResult.Failed? silent = null;
        try
        {
            fault = await upstream.SendAsync(instance.Address, call, attempt.TakeOverAsync, over.Token);
        }
        finally
        {
            await over.CancelAsync();
            silent = await watching;
        }

        return attempt.Result ?? silent ?? new AttemptResult.Failed(
            fault?.NeverArrived == true ? AttemptFailure.NotConnected : AttemptFailure.Broken, fault?.Reason ?? "it gave no answer");
    }

    /// <summary>Ends with the attempt, or ends it; says why in that case.</summary>
    private async Task<AttemptResult.Failed?> WatchAsync(
        GenerationAttempt attempt,
        MigrationPeer instance,
        RequestOwner owner,
        bool isCommit,
        ClientAnswer? keep,
        CancellationTokenSource over)
    {
        using PeriodicTimer timer = new(isCommit ? WatchCommitEvery : WatchEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                owner.Tick();
                if (WhySilent(attempt, instance) is { } reason)
                {
                    await over.CancelAsync();
                    return new AttemptResult.Failed(AttemptFailure.Silent, reason);
                }

                if (isCommit && attempt.HasFrame)
                {
                    isCommit = false;
                    timer.Period = WatchEvery;
                }

                if (keep is not null && attempt.WasAccepted)
                {
                    await keep.KeepAliveAsync(TimeSpan.FromMilliseconds(_options.KeepAliveMs), instance, over.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The attempt is over.
        }

        return null;
    }

    private string? WhySilent(GenerationAttempt attempt, MigrationPeer instance)
    {
        TimeSpan silence = attempt.Silence;
        if (silence >= TimeSpan.FromMilliseconds(_options.IdleTimeoutMs))
        {
            return $"it was silent for {_options.IdleTimeoutMs} ms";
        }

        // A machine that froze or lost its network resets no connection; the registry is what notices.
        bool isLost = silence >= TimeSpan.FromMilliseconds(_options.LostAfterMs)
            && registry.Current.Find(instance.Id)?.Registration.BootId != instance.BootId;
        return isLost ? "it is silent, and the registry has dropped it" : null;
    }
}
