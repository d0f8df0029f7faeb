using Godwit.Contracts.Frames;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.OpenAI;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding;

/// <summary>Runs one attempt, and watches over it: a silent instance is given up, a waiting client is kept.</summary>
internal sealed class AttemptRunner(
    UpstreamClient upstream, InstanceRegistry registry, IOptions<ForwardingOptions> options, TimeProvider time)
{
    private readonly ForwardingOptions _options = options.Value;

    private TimeSpan WatchEvery => TimeSpan.FromMilliseconds(
        Math.Clamp(Math.Min(_options.KeepAliveMs, Math.Min(_options.IdleTimeoutMs, _options.LostAfterMs)) / 4, 10, 1000));

    /// <summary>Sends the request to <paramref name="instance"/> and passes its answer on.</summary>
    public async Task<AttemptResult> RunAsync(
        string path, RequestBody body, AdmissionTicket ticket, bool stream, RequestOwner owner, ClientAnswer answer, ChosenInstance instance)
    {
        GenerationAttempt attempt = new(owner, answer, instance, stream, time);
        FrameTransformer transformer = new(ticket, upstream.Secret, attempt.TakeOverAsync);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(answer.Gone);
        Task<string?> watching = WatchAsync(attempt, answer, instance, stream, stop);
        string? error;
        string? silent = null;
        try
        {
            error = await upstream.SendAsync(instance.Address, path, body.OpenRead(), transformer, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            silent = await watching;
        }

        return attempt.Result
            ?? (answer.Gone.IsCancellationRequested ? AttemptResult.ClientGone.Instance
            : new AttemptResult.Failed(silent ?? error ?? "it gave no answer"));
    }

    /// <summary>Ends with the attempt, or ends it; says why in that case.</summary>
    private async Task<string?> WatchAsync(
        GenerationAttempt attempt, ClientAnswer answer, ChosenInstance instance, bool stream, CancellationTokenSource stop)
    {
        using PeriodicTimer timer = new(WatchEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                if (WhySilent(attempt.Silence, instance) is { } reason)
                {
                    await stop.CancelAsync();
                    return reason;
                }

                if (stream && attempt.WasAccepted)
                {
                    await answer.KeepAliveAsync(TimeSpan.FromMilliseconds(_options.KeepAliveMs), instance, stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The attempt is over.
        }

        return null;
    }

    private string? WhySilent(TimeSpan silence, ChosenInstance instance)
    {
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
