using Godwit.Contracts.Migration;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Gateway.OpenAI;

namespace Godwit.Gateway.Forwarding;

/// <summary>
/// Finds the instances of one request, one after the other. While nothing is known of the request it takes the next or none; once it has
/// begun it waits for a while, since for its client only this Gateway can still do something.
/// </summary>
internal sealed class InstanceSearch(
    string request, GenerationCall call, IReadOnlyList<ulong>? prefix, ClientAnswer answer, ForwardingServices services)
{
    // A full instance may have room again so soon, and dispatch may have a fresher picture.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(200);

    // One that fell silent may be there again so soon: it had too much to do, or the network had.
    private static readonly TimeSpan TrustAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Dictionary<MigrationPeer, long> _mayTryAt = [];
    private long? _since;

    /// <summary>
    /// An instance would not take the request, or did not answer; it may do so a little later. Not told of one that broke down with it.
    /// </summary>
    public void Failed(MigrationPeer instance, AttemptFailure failure)
    {
        TimeSpan pause = failure == AttemptFailure.Declined ? AskAgainAfter : TrustAgainAfter;
        _mayTryAt[instance] = services.Time.GetTimestamp() + (long)(pause.TotalSeconds * services.Time.TimestampFrequency);
    }

    /// <summary>An instance goes on with the request: the next search has all its time again.</summary>
    public void Succeeded() => _since = null;

    /// <summary>An instance, or null when there is none.</summary>
    /// <param name="choose">What the machine wants.</param>
    /// <param name="mayWait">The request has begun.</param>
    /// <param name="like">Who began it.</param>
    /// <param name="speaker">Whom the client has heard last.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<ChosenInstance?> FindAsync(OwnerAction.Choose choose, bool mayWait, Numerics? like, MigrationPeer? speaker)
    {
        _since ??= services.Time.GetTimestamp();
        while (true)
        {
            bool isLastTry = !mayWait
                || services.Time.GetElapsedTime(_since.Value) >= TimeSpan.FromMilliseconds(services.Options.TakeOverWaitMs);
            MigrationPeer[] tried = [.. choose.Except.Where(instance => !mayWait || !MayTakeItNow(instance))];
            ChosenInstance? chosen = await services.Chooser.ChooseAsync(request, call, prefix, tried, like, answer.Gone);
            if (chosen is not null || isLastTry)
            {
                return chosen;
            }

            await Task.Delay(AskAgainAfter, services.Time, answer.Gone);
            if (call.Stream && answer.HasStarted && speaker is not null)
            {
                await answer.KeepAliveAsync(TimeSpan.FromMilliseconds(services.Options.KeepAliveMs), speaker, answer.Gone);
            }
        }
    }

    private bool MayTakeItNow(MigrationPeer instance) =>
        _mayTryAt.TryGetValue(instance, out long at) && services.Time.GetTimestamp() >= at;
}
