using Godwit.Worker.Protocol;

namespace Godwit.Worker.Api.Serving;

/// <summary>This worker's side of one attempt to move a request: carries out what the request's state machine decides.</summary>
internal interface IRequestMove
{
    /// <summary>The attempt's number.</summary>
    long Move { get; }

    /// <summary>The request as it is served or held here; null when it is not ready.</summary>
    ServedRequest? Request { get; }

    /// <summary>Carries out an action of the move, or begins to; never waits.</summary>
    void Carry(WorkerAction action);
}
