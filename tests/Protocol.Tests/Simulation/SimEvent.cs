using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>What happens at a moment.</summary>
internal enum What : byte
{
    // To the world.
    Fault,
    Restart,
    Poison,

    // To the Gateway.
    Chosen,
    Headers,
    Frame,
    Moved,
    CallFailed,
    AckAnswered,
    PostAnswered,
    Repost,
    AckRound,
    OwnerTick,

    // To a worker, from the Gateway.
    Call,
    StreamClosed,
    Ack,
    Post,

    // To a worker, from another.
    Prepare,
    Prepared,
    Refused,
    Blocks,
    State,
    Ready,
    Abort,
    PeerLost,

    // Within a worker.
    Reserved,
    Progress,
    CopyAdvanced,
    Copied,
    Step,
    WorkerTick,
    SelfUnpark,
}

/// <summary>Something that happens at a moment. Which of the fields count depends on <see cref="What"/>.</summary>
internal struct SimEvent
{
    public long At;
    public int Order;
    public What What;

    /// <summary>0 the Gateway, 1… the workers; -1 the world.</summary>
    public int Node;

    /// <summary>Life of the worker that it is meant for; -1: whichever lives.</summary>
    public int Boot;
    public int Request;
    public int From;
    public int FromBoot;
    public int Epoch;
    public int A;
    public int B;
    public long Move;
    public long Time;
    public bool Flag;
    public object? Body;

    public override readonly string ToString()
    {
        string body = Body switch
        {
            Frame frame => $" {frame.Flags} choice {frame.Choice} from {frame.FirstIndex} + {frame.TokenIds.Count}",
            MovedNotice notice => $" to {notice.Destination.Id} epoch {notice.Epoch} next {string.Join('/', notice.Next)}",
            MigrationPeer peer => $" {peer.Id}.{peer.BootId}",
            int[] tokens => $" {string.Join('/', tokens)}",
            null => string.Empty,
            _ => $" {Body}",
        };
        string move = Move == 0 ? string.Empty : $" move {Move & uint.MaxValue}";
        return $"{From} > {Node}: {What} r{Request} epoch {Epoch}{move} a {A} b {B}{(Flag ? " yes" : string.Empty)}{body}";
    }
}
