namespace Godwit.Worker.Protocol;

/// <summary>
/// What can happen to one request at one worker. A <c>Stream</c> is a number that the driver gives each call that is answered by frames;
/// a <c>Move</c> is a number that the source gives each attempt to move a request, larger than all before, and that every message of the
/// attempt carries.
/// </summary>
internal abstract record WorkerEvent
{
    private WorkerEvent()
    {
    }

    // Calls of the Gateway.

    /// <summary>A first start or a replay: the call brings all that is needed.</summary>
    public sealed record Start(int Epoch, long Stream) : WorkerEvent;

    /// <summary>COMMIT: go on with what is held ready.</summary>
    public sealed record Resume(int Epoch, long Stream) : WorkerEvent;

    /// <summary>The destination failed: go on with what is parked.</summary>
    public sealed record Keep(int Epoch, long Stream) : WorkerEvent;

    /// <summary>The Gateway needs this worker no more for any epoch up to this one.</summary>
    public sealed record Release(int Epoch) : WorkerEvent;

    /// <summary>The client is gone.</summary>
    public sealed record Cancel(int Epoch) : WorkerEvent;

    /// <summary>An acknowledgement; <see cref="RequestAtWorker.Knows"/> says what to answer.</summary>
    public sealed record Ack(int Epoch) : WorkerEvent;

    /// <summary>The connection of a stream broke, or the Gateway closed it, before the stream was ended from here.</summary>
    public sealed record StreamBroken(long Stream) : WorkerEvent;

    /// <summary>The answer's last frame (or an error frame) was written to a stream, and the stream ended with it.</summary>
    public sealed record Answered(long Stream) : WorkerEvent;

    // The engine.

    /// <summary>
    /// The engine has finished or failed the request: no further tokens come. Also the answer to a <see cref="WorkerAction.Stop"/>.
    /// </summary>
    public sealed record Finished : WorkerEvent;

    /// <summary>The engine took the request's blocks back; it will go on with it later.</summary>
    public sealed record Preempted : WorkerEvent;

    /// <summary>Answer to <see cref="WorkerAction.AskProgress"/>.</summary>
    /// <param name="Move">Of which attempt.</param>
    /// <param name="Unsent">Blocks not yet sent, the partly filled ones included.</param>
    /// <param name="IsMovable">It decodes, and nothing forbids to move it.</param>
    public sealed record Progress(long Move, int Unsent, bool IsMovable) : WorkerEvent;

    /// <summary>Answer to <see cref="WorkerAction.Stop"/>: the request is parked.</summary>
    public sealed record Stopped(long Move) : WorkerEvent;

    /// <summary>Answer to <see cref="WorkerAction.Stop"/>: it could not be parked and goes on (it waits to be admitted again).</summary>
    public sealed record NotStopped(long Move) : WorkerEvent;

    // A move, at its source.

    /// <summary>Begin an attempt to move the request. <paramref name="Move"/> is new.</summary>
    public sealed record MoveOrdered(long Move) : WorkerEvent;

    /// <summary>The destination has reserved blocks and compiled what it needs.</summary>
    public sealed record Prepared(long Move) : WorkerEvent;

    /// <summary>The destination will not, or cannot go on; it holds nothing of this attempt.</summary>
    public sealed record Refused(long Move) : WorkerEvent;

    /// <summary>A piece of a stage has been taken by the peer's connection.</summary>
    public sealed record CopyAdvanced(long Move) : WorkerEvent;

    /// <summary>All of a stage has been taken by the peer's connection.</summary>
    public sealed record Copied(long Move) : WorkerEvent;

    /// <summary>
    /// The destination holds everything, and the hash of its tokens is the right one. With a wrong hash: <see cref="PeerLost"/>.
    /// </summary>
    public sealed record Ready(long Move) : WorkerEvent;

    /// <summary>At either side: the connection to the other broke, or what came over it was not what it should be.</summary>
    public sealed record PeerLost(long Move) : WorkerEvent;

    // A move, at its destination.

    /// <summary>
    /// The source asks. Weights, numerics and layout were compared before; if they differ, answer refused without an event.
    /// </summary>
    public sealed record Prepare(int Epoch, long Move) : WorkerEvent;

    /// <summary>Answer to <see cref="WorkerAction.Reserve"/>: blocks are reserved, and the grammar is compiled.</summary>
    public sealed record Reserved(long Move) : WorkerEvent;

    /// <summary>Answer to <see cref="WorkerAction.Reserve"/>: it was not possible, and nothing is held.</summary>
    public sealed record NotReserved(long Move) : WorkerEvent;

    /// <summary>A frame of the source came: blocks whose checksum is right.</summary>
    public sealed record BlocksCame(long Move) : WorkerEvent;

    /// <summary>
    /// The state and every block that it names have come, in whatever order, and the adoption is prepared as far as it can be.
    /// </summary>
    public sealed record Completed(long Move) : WorkerEvent;

    /// <summary>The source gave the attempt up.</summary>
    public sealed record Abort(long Move) : WorkerEvent;

    /// <summary>Time has passed; <see cref="RequestAtWorker.NextDeadline"/> says when this is due.</summary>
    public sealed record Tick : WorkerEvent
    {
        /// <summary>The only one.</summary>
        public static Tick Instance { get; } = new();
    }
}
