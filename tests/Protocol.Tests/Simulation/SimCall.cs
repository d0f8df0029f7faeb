using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>A call of the Gateway that is answered by frames, and its connection.</summary>
internal sealed class SimCall(int id, int request, int attempt, AttemptKind kind, int node, int epoch, int[] from, int[] outputs)
{
    public int Id { get; } = id;

    public int Request { get; } = request;

    public int Attempt { get; } = attempt;

    public AttemptKind Kind { get; } = kind;

    public int Node { get; } = node;

    public int Epoch { get; } = epoch;

    /// <summary>Per choice the index that the Gateway wants next.</summary>
    public int[] From { get; } = from;

    /// <summary>Per choice the tokens that a replay brings.</summary>
    public int[] Outputs { get; } = outputs;

    /// <summary>Life of the worker that answers.</summary>
    public int Boot { get; set; } = -1;

    /// <summary>The Gateway does not read it any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The worker does not write to it any more.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The connection has fallen silent towards the Gateway, and nobody has noticed.</summary>
    public bool IsCut { get; set; }

    /// <summary>When the last of its frames arrives, so that later ones do not overtake it.</summary>
    public long LastArrival { get; set; }

    public override string ToString() => $"call {Id} {Kind} r{Request} attempt {Attempt} epoch {Epoch} from {string.Join('/', From)}";
}
