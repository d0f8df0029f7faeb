using System.Net;
using Godwit.CommandLine.Hosting;

namespace Godwit.CommandLine.Up;

/// <summary>Names and ports of the workers that are started after the plan's; no name is given twice in the life of one <c>up</c>.</summary>
/// <param name="planned">How many workers the plan has.</param>
/// <param name="ports">Chooses their ports.</param>
internal sealed class WorkerNames(int planned, PortChoice ports)
{
    private readonly Lock _gate = new();
    private int _last = planned;

    /// <summary>The next worker.</summary>
    public WorkerPlan Next(string model, string folder)
    {
        lock (_gate)
        {
            int port = ports.From(IPAddress.Loopback, UpPlan.FirstWorkerPort + _last);
            return new WorkerPlan($"worker-{++_last}", model, folder, port);
        }
    }
}
