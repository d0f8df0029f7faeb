using System.Globalization;
using System.Net;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Library;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Up;

/// <summary>Everything that <c>up</c> decides before it starts anything: who runs where. Nothing in it is changed afterwards.</summary>
/// <param name="Bind">Address of the public listener.</param>
/// <param name="Port">Port of the public listener.</param>
/// <param name="AdminBind">Address of the admin listener.</param>
/// <param name="AdminPort">Port of the admin listener.</param>
/// <param name="RouterPort">Port of the Router on loopback.</param>
/// <param name="SchedulerPort">Port of the Scheduler on loopback.</param>
/// <param name="EmbeddedRedisPort">Port of the embedded Redis on loopback; null when a real one is used.</param>
/// <param name="Redis">The Redis that all meet in, <c>HOST:PORT</c>.</param>
/// <param name="Threads">Threads of each worker.</param>
/// <param name="Library">Folder of the library, where the Router finds the model cards and its file.</param>
/// <param name="Workers">The workers.</param>
internal sealed record UpPlan(
    IPAddress Bind,
    int Port,
    IPAddress AdminBind,
    int AdminPort,
    int RouterPort,
    int SchedulerPort,
    int? EmbeddedRedisPort,
    string Redis,
    int Threads,
    string Library,
    IReadOnlyList<WorkerPlan> Workers)
{
    /// <summary>What is served when nothing is asked for, as far as the library has it: the first of these of which it has any model.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<ModelCount>> DefaultWorkers =
    [
        [new("general", 2), new("code", 1), new("sql", 1), new("stories", 1)],
        [new("stories260k", 2), new("babyllama", 1)],
    ];

    /// <summary>Port that the first worker gets if it is free; the next one the next, and so on.</summary>
    public const int FirstWorkerPort = 8100;

    /// <summary>Base address of the Router.</summary>
    public string RouterAddress => $"http://127.0.0.1:{RouterPort}";

    /// <summary>Base address of the Scheduler.</summary>
    public string SchedulerAddress => $"http://127.0.0.1:{SchedulerPort}";

    /// <summary>Decides, and takes the ports.</summary>
    /// <exception cref="ConfigurationException">An unknown model, an address that is none.</exception>
    /// <exception cref="StartFailedException">A port that was asked for is taken.</exception>
    public static UpPlan Create(UpSettings settings, ModelFolders library, PortChoice ports, int cores)
    {
        IConfiguration configuration = settings.Configuration;
        IReadOnlyList<ModelCount> counts = ModelCount.Choose(library.Ids, settings.Workers, settings.All, DefaultWorkers);
        IPAddress bind = Address(configuration, "Gateway:Listener:Bind");
        IPAddress adminBind = Address(configuration, "Gateway:Listener:AdminBind");

        int port = ports.Exact(bind, Configured(configuration, "Gateway:Listener:Port") ?? 8080) ?? throw Taken(configuration, bind);
        int adminPort = AskedOrFree(ports, configuration, "Gateway:Listener:AdminPort", adminBind, 8089);
        int routerPort = AskedOrFree(ports, configuration, "Router:Listener:Port", IPAddress.Loopback, 8081);
        int schedulerPort = AskedOrFree(ports, configuration, "Scheduler:Listener:Port", IPAddress.Loopback, 8082);
        string? redis = configuration["Godwit:Cluster:Redis"];
        int? redisPort = redis is null ? ports.From(IPAddress.Loopback, 6379) : null;
        List<WorkerPlan> workers = [];
        foreach (string model in counts.SelectMany(count => Enumerable.Repeat(count.Model, count.Workers)))
        {
            int workerPort = ports.From(IPAddress.Loopback, FirstWorkerPort + workers.Count);
            workers.Add(new WorkerPlan($"worker-{workers.Count + 1}", model, library.FolderOf(model), workerPort));
        }

        return new UpPlan(
            bind,
            port,
            adminBind,
            adminPort,
            routerPort,
            schedulerPort,
            redisPort,
            redis ?? $"127.0.0.1:{redisPort}",
            settings.Threads ?? Math.Max(1, cores / workers.Count),
            configuration["Router:Library:Folder"] ?? library.Directory,
            workers);
    }

    private static int AskedOrFree(PortChoice ports, IConfiguration configuration, string key, IPAddress address, int standard) =>
        Configured(configuration, key) is { } asked
            ? ports.Exact(address, asked) ?? throw new StartFailedException($"Port {asked} on {address} is taken ({key}).")
            : ports.From(address, standard);

    private static StartFailedException Taken(IConfiguration configuration, IPAddress bind) =>
        new($"Port {Configured(configuration, "Gateway:Listener:Port") ?? 8080} on {bind} is taken; choose another one with --port.");

    private static int? Configured(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort
                ? port
                : throw new ConfigurationException($"{key}: '{text}' is not a port (0 to {IPEndPoint.MaxPort}).")
            : null;

    private static IPAddress Address(IConfiguration configuration, string key)
    {
        string text = configuration[key] is { Length: > 0 } configured ? configured : "127.0.0.1";
        if (string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        return IPAddress.TryParse(text, out IPAddress? address)
            ? address
            : throw new ConfigurationException($"{key}: '{text}' is not an IP address.");
    }
}
