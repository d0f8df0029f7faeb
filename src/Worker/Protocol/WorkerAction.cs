namespace Godwit.Worker.Protocol;

/// <summary>What the driver has to do, in the order given.</summary>
internal abstract record WorkerAction
{
    private WorkerAction()
    {
    }

    // Running.

    /// <summary>Start the request of the call on this stream, and answer with its frames.</summary>
    public sealed record Run(int Epoch, long Stream) : WorkerAction;

    /// <summary>
    /// Turn what is held ready into a running request, and answer with its frames. The reservation's blocks are its own now.
    /// </summary>
    public sealed record Adopt(int Epoch, long Stream) : WorkerAction;

    /// <summary>Answer this call with frames from where it asks on; break the stream that was attached before, if it is another.</summary>
    public sealed record Attach(long Stream) : WorkerAction;

    /// <summary>Answer this call with 409 <c>stale_epoch</c> (see <see cref="RefusalReason"/>).</summary>
    public sealed record Refuse(long Stream, RefusalReason Reason) : WorkerAction;

    /// <summary>
    /// The running or parked request is over: take it from the engine, free its blocks, forget its frames, and break its stream if one is
    /// still open. A stop asked for and not yet answered needs no answer any more.
    /// </summary>
    public sealed record Drop(DropCause Cause) : WorkerAction;

    // A move, at its source.

    /// <summary>Send PREPARE to the destination. Answers: Prepared, Refused, PeerLost.</summary>
    public sealed record SendPrepare(long Move) : WorkerAction;

    /// <summary>Ask the engine how far the request is. Answer: Progress (or Finished).</summary>
    public sealed record AskProgress(long Move) : WorkerAction;

    /// <summary>
    /// Send the full blocks not yet sent, while decoding goes on. Answers: CopyAdvanced per piece, Copied at the end, PeerLost.
    /// </summary>
    public sealed record Copy(long Move, int Stage) : WorkerAction;

    /// <summary>Park the request at the next step boundary. Exactly one answer: Stopped, NotStopped or Finished.</summary>
    public sealed record Stop(long Move) : WorkerAction;

    /// <summary>Send the last blocks and the state of the parked request. Answers: Ready, Refused, PeerLost.</summary>
    public sealed record SendLast(long Move) : WorkerAction;

    /// <summary>
    /// OFFER: send what the frame log still holds, then the frame with <c>Moved</c> (its epoch is <paramref name="Epoch"/>), and end the
    /// stream. The request stays parked.
    /// </summary>
    public sealed record Offer(long Move, int Epoch) : WorkerAction;

    /// <summary>Tell the destination to free its reservation, if it can still be told.</summary>
    public sealed record SendAbort(long Move) : WorkerAction;

    /// <summary>Put the parked request back into the batch.</summary>
    public sealed record Unpark : WorkerAction
    {
        /// <summary>The only one.</summary>
        public static Unpark Instance { get; } = new();
    }

    /// <summary>
    /// The attempt is over as far as copying goes: unpin its blocks, free the slot for the next order. After
    /// <see cref="MoveOutcome.Offered"/> an <see cref="Offer"/> or <see cref="SendAbort"/> of this move can still come.
    /// </summary>
    public sealed record MoveOver(long Move, MoveOutcome Outcome) : WorkerAction;

    // A move, at its destination.

    /// <summary>Reserve blocks, compile, prepare. Answers: Reserved, NotReserved.</summary>
    public sealed record Reserve(long Move) : WorkerAction;

    /// <summary>Answer PREPARE.</summary>
    public sealed record SendPrepared(long Move) : WorkerAction;

    /// <summary>Answer whatever the source sent last: no.</summary>
    public sealed record SendRefused(long Move) : WorkerAction;

    /// <summary>READY, with the hash of all tokens.</summary>
    public sealed record SendReady(long Move) : WorkerAction;

    /// <summary>
    /// Free what is reserved for this attempt. One whose answer to <see cref="Reserve"/> is still to come is freed when it has come.
    /// </summary>
    public sealed record Free(long Move) : WorkerAction;
}
