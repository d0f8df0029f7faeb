using Godwit.Contracts.Instances;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Migration;

/// <summary>What the heartbeat publishes: the load, whether new requests are taken, and whether a move is under way.</summary>
internal sealed class WorkerStatus(
    WorkerInstance instance, EngineLoop engine, RequestTable requests, WorkerDrain drain, MigrationGate gate, LeaderEpochs leaders)
{
    /// <summary>How things are now.</summary>
    public InstanceStatus Now => instance.Status with
    {
        State = !drain.IsDraining ? InstanceState.Ready : IsEmpty ? InstanceState.Empty : InstanceState.Draining,
        Migrations = gate.Moves,
        LeaderEpoch = leaders.Highest,
    };

    private bool IsEmpty
    {
        get
        {
            EngineStatus status = engine.Status;
            return status.RequestsRunning + status.RequestsWaiting + status.ReservedBlocks == 0 && requests.Count == 0;
        }
    }
}
