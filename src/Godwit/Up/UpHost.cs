using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Library;
using Godwit.CommandLine.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Godwit.CommandLine.Up;

/// <summary>
/// Runs a whole Godwit on this machine as planned: Redis and the control programs in this process (or, with <c>--separate</c>, the latter in
/// processes of their own), every worker in its own.
/// </summary>
internal sealed class UpHost(
    UpSettings settings, UpPlan plan, ModelFolders library, TextWriter output, TextWriter errors, ILoggerFactory loggers)
{
    private const string SecretKey = "Godwit:Cluster:Secret";

    // The programs of a cluster know each other by it. Children get it through their environment; it is never printed.
    private readonly string _secret =
        settings.Configuration[SecretKey] ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Runs until asked to stop, or until nothing is left that could serve; the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        long started = TimeProvider.System.GetTimestamp();
        using EmbeddedRedis? redis = plan.EmbeddedRedisPort is { } port ? EmbeddedRedis.Start("127.0.0.1", port) : null;
        await using ChildGroup children = ChildGroup.Start(plan, settings, _secret, errors, loggers);
        try
        {
            await using ControlPrograms controls = await ControlPrograms.StartAsync(
                builder => SupervisorHost.Build(builder, Supervisor(children)), settings.Separate, ControlConfiguration(), stopping);
            IReadOnlySet<string> serving = await WaitUntilReadyAsync(children, stopping);
            if (serving.Count == 0)
            {
                await errors.WriteLineAsync("godwit: no worker can start; what they said stands above.");
                return children.NothingServes.IsCompleted ? await children.NothingServes : ExitCodes.Failure;
            }

            await output.WriteAsync(Announcement(children, serving, TimeProvider.System.GetElapsedTime(started)));
            return await children.NothingServes.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }

    private Func<IServiceProvider, WorkerSupervisor> Supervisor(ChildGroup children)
    {
        WorkerNames names = new(plan.Workers.Count, new PortChoice(PortChoice.CanBind));
        return provider => ActivatorUtilities.CreateInstance<WorkerSupervisor>(provider, children.Fleet, library, names);
    }

    private async Task<IReadOnlySet<string>> WaitUntilReadyAsync(ChildGroup children, CancellationToken stopping)
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
        return await new Readiness(plan, children.Workers, _secret, http, TimeProvider.System).WaitAsync(stopping);
    }

    /// <summary>What was configured, with what the plan decided on top.</summary>
    private IConfiguration ControlConfiguration() => new ConfigurationBuilder()
        .AddConfiguration(settings.Configuration)
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SecretKey] = _secret,
            ["Godwit:Cluster:Redis"] = plan.Redis,
            ["Gateway:Listener:Port"] = plan.Port.ToString(CultureInfo.InvariantCulture),
            ["Gateway:Listener:AdminPort"] = plan.AdminPort.ToString(CultureInfo.InvariantCulture),
            ["Gateway:Dispatch:Scheduler"] = plan.SchedulerAddress,
            ["Gateway:Selection:Router"] = plan.RouterAddress,
            ["Router:Library:Folder"] = plan.Library,
            ["Router:Listener:Port"] = plan.RouterPort.ToString(CultureInfo.InvariantCulture),
            ["Scheduler:Listener:Port"] = plan.SchedulerPort.ToString(CultureInfo.InvariantCulture),
        })
        .Build();

    private string Announcement(ChildGroup children, IReadOnlySet<string> serving, TimeSpan elapsed)
    {
        string gateway = ReadyTable.Reachable(plan.Bind, plan.Port), admin = ReadyTable.Reachable(plan.AdminBind, plan.AdminPort);
        string self = Text(Environment.ProcessId);
        string Pid(string name) => children.Controls.FirstOrDefault(child => child.Name == name) is { } child ? Text(child.ProcessId) : self;
        List<ReadyRow> rows =
        [
            new("gateway", "OpenAI API", gateway, Pid("gateway")),
            new("", "admin", admin, Pid("gateway")),
            new("router", "model \"auto\"", plan.RouterAddress, Pid("router")),
            new("scheduler", "", plan.SchedulerAddress, Pid("scheduler")),
            new("redis", plan.EmbeddedRedisPort is null ? "" : "embedded", plan.Redis, plan.EmbeddedRedisPort is null ? "" : self),
        ];
        foreach ((WorkerPlan worker, SupervisedProcess child) in plan.Workers.Zip(children.Workers))
        {
            rows.Add(serving.Contains(worker.Instance)
                ? new(worker.Instance, worker.Model, worker.Address, Text(child.ProcessId))
                : new(worker.Instance, worker.Model, "did not start", ""));
        }

        string version = typeof(UpHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return $"""
            Godwit {version} is ready after {elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.

            {ReadyTable.Render(rows)}
            Try it:  {ReadyTable.CurlLine(gateway, "auto")}
            Admin:   {admin}
            Stop:    Ctrl-C

            """;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
