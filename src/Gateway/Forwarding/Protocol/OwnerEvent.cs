using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>
/// What can happen to a request at its Gateway, besides frames (<see cref="OwnerMachine.Judge"/>). An <c>Attempt</c> is the number of the
/// <see cref="OwnerAction.Open"/> that it belongs to; events of any but the current attempt change nothing.
/// </summary>
internal abstract record OwnerEvent
{
    private OwnerEvent()
    {
    }

    /// <summary>Answer to <see cref="OwnerAction.Choose"/>.</summary>
    public sealed record Chosen(MigrationPeer Instance) : OwnerEvent;

    /// <summary>Answer to <see cref="OwnerAction.Choose"/>: there is none.</summary>
    public sealed record NoneLeft : OwnerEvent;

    /// <summary>The worker's response headers came, and frames will follow.</summary>
    public sealed record Headers(int Attempt) : OwnerEvent;

    /// <summary>The frame with <c>Moved</c> came; do not judge it, give its notice here.</summary>
    public sealed record Moved(int Attempt, MovedNotice Notice) : OwnerEvent;

    /// <summary>The attempt ended without the answer's end.</summary>
    public sealed record Failed(int Attempt, AttemptFailure Failure) : OwnerEvent;

    /// <summary>
    /// A worker answered an acknowledgement. <paramref name="SentAt"/> is when that was sent; <paramref name="IsKnown"/> is false when
    /// the answer names this request as unknown.
    /// </summary>
    public sealed record AckAnswered(MigrationPeer Instance, int Epoch, TimeSpan SentAt, bool IsKnown) : OwnerEvent;

    /// <summary>The client has left.</summary>
    public sealed record ClientGone : OwnerEvent;

    /// <summary>Time has passed; <see cref="OwnerMachine.NextDeadline"/> says when this is due.</summary>
    public sealed record Tick : OwnerEvent
    {
        /// <summary>The only one.</summary>
        public static Tick Instance { get; } = new();
    }
}
