using Godwit.Contracts.Migration;

namespace Godwit.Worker.Protocol;

/// <summary>
/// The deadlines of a worker's side of the protocol. There is one set of them in the product; the model check also tries wrong ones.
/// </summary>
internal sealed record WorkerTimes
{
    /// <summary>The product's.</summary>
    public static WorkerTimes Default { get; } = new();

    /// <summary>Without an acknowledgement of the Gateway for this long, a request that runs or is parked is given up.</summary>
    public TimeSpan Acks { get; init; } = AckTimes.Timeout;

    /// <summary>Life of a reservation without a frame of the source.</summary>
    public TimeSpan Reservation { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the source waits for the destination's answer to PREPARE.</summary>
    public TimeSpan Prepare { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the source waits for its own engine, or for the peer to take the next piece of a stage.</summary>
    public TimeSpan Stage { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the source waits for READY. The request stands still meanwhile, so it is short.</summary>
    public TimeSpan Ready { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long what was sent to a Gateway that acknowledges may still be on its way: an offer (the source stays parked) and the end of an
    /// answer (it is known). Not short, since a Gateway whose client takes no bytes does not read on; when it has passed, it was lost.
    /// </summary>
    public TimeSpan Undelivered { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request is remembered after the last that was heard of it: late calls for it are refused meanwhile.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromSeconds(30);
}
