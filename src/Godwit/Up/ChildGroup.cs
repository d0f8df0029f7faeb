using System.Net;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Supervision;
using Microsoft.Extensions.Logging;

namespace Godwit.CommandLine.Up;

/// <summary>The supervised processes of one <c>up</c>. Disposing stops them all at once and waits for the last.</summary>
internal sealed class ChildGroup : IAsyncDisposable
{
    private const string SecretVariable = "GODWIT__Godwit__Cluster__Secret";

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private ChildGroup(WorkerFleet fleet, IReadOnlyList<SupervisedProcess> controls)
    {
        Fleet = fleet;
        Controls = controls;
        _running = Task.WhenAll(controls.Select(child => child.RunAsync(_stop.Token)));
        NothingServes = WaitForNothingAsync();
    }

    /// <summary>The workers.</summary>
    public WorkerFleet Fleet { get; }

    /// <summary>The workers of the plan, in its order.</summary>
    public IReadOnlyList<SupervisedProcess> Workers => Fleet.Planned;

    /// <summary>Gateway, Router and Scheduler, where they are processes of their own.</summary>
    public IReadOnlyList<SupervisedProcess> Controls { get; }

    /// <summary>Ends, with an exit code, when every worker, or a control program, has refused to run.</summary>
    public Task<int> NothingServes { get; }

    public static ChildGroup Start(UpPlan plan, UpSettings settings, string secret, TextWriter errors, ILoggerFactory loggers)
    {
        Dictionary<string, string> environment = new() { [SecretVariable] = secret };
        return new ChildGroup(
            new WorkerFleet(
                plan.Workers, worker => Child(worker.Instance, () => ChildArguments.Worker(plan, Placed(worker), settings))),
            settings.Separate
                ?
                [
                    Child("gateway", () => ChildArguments.Gateway(plan, settings)),
                    Child("router", () => ChildArguments.Router(plan, settings)),
                    Child("scheduler", () => ChildArguments.Scheduler(plan, settings)),
                ]
                : []);

        SupervisedProcess Child(string name, Func<IReadOnlyList<string>> arguments) => new(
            name,
            () => ChildCommand.Self(arguments(), environment),
            errors,
            TimeProvider.System,
            loggers.CreateLogger<SupervisedProcess>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running, Fleet.DisposeAsync().AsTask());
        _stop.Dispose();
    }

    // While a worker was down somebody else may have taken its port. Others find it by the registry, so any port will do.
    private static WorkerPlan Placed(WorkerPlan worker) =>
        PortChoice.CanBind(IPAddress.Loopback, worker.Port) ? worker : worker with { Port = 0 };

    private async Task<int> WaitForNothingAsync() =>
        await await Task.WhenAny([Fleet.NothingServes, .. Controls.Select(async control => (await control.Refused).ExitCode)]);
}
