using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>What the driver has to do, in the order given.</summary>
internal abstract record OwnerAction
{
    private OwnerAction()
    {
    }

    /// <summary>Choose an instance, none of those in <paramref name="Except"/>. Answers: Chosen, NoneLeft.</summary>
    /// <param name="Except">Lives of instances that have failed or refused this request.</param>
    /// <param name="Alone">It may be what kills its workers: it shall run with nothing beside it.</param>
    public sealed record Choose(IReadOnlyCollection<MigrationPeer> Except, bool Alone) : OwnerAction;

    /// <summary>
    /// Call a worker and read its stream. From is <see cref="TokenLog.Next"/> of the machine's log; a replay also brings the prompts and
    /// outputs of the log. Answers: Headers, frames to judge, Moved, Failed.
    /// </summary>
    /// <param name="Attempt">Number of this call.</param>
    /// <param name="Kind">Which call.</param>
    /// <param name="Instance">Whom.</param>
    /// <param name="Epoch">Under which epoch.</param>
    /// <param name="Alone">For a start or replay: nothing else may be in its batch.</param>
    public sealed record Open(int Attempt, AttemptKind Kind, MigrationPeer Instance, int Epoch, bool Alone) : OwnerAction;

    /// <summary>Stop reading this attempt's stream, and break its connection unless it has ended.</summary>
    public sealed record Close(int Attempt) : OwnerAction;

    /// <summary>
    /// Before the next payload: the answer begins here, or goes on at another worker than the client was told last (the headers name the
    /// worker as long as nothing was sent, comment lines after that).
    /// </summary>
    public sealed record Switch(MigrationPeer Instance) : OwnerAction;

    /// <summary>Post a release: fire and forget, tried again until answered or until 5 s have passed.</summary>
    public sealed record Release(MigrationPeer Instance, int Epoch) : OwnerAction;

    /// <summary>Post a cancel, tried in the same way.</summary>
    public sealed record Cancel(MigrationPeer Instance, int Epoch) : OwnerAction;

    /// <summary>
    /// The request is over; no action follows. With <see cref="OwnerEnd.Answered"/> the last payload was the frame just judged; with the
    /// others an error goes to the client (as a status if nothing was sent, else as an error frame and a broken connection).
    /// </summary>
    public sealed record End(OwnerEnd How) : OwnerAction;
}
