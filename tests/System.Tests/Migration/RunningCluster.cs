using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Migration;

/// <summary>
/// A cluster whose parts are processes that a test can hurt one by one: Redis, two Schedulers, two Gateways, and workers that are started
/// and told to fail as the test wants it. Nothing moves by itself.
/// </summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly string _model;
    private readonly Dictionary<string, string> _environment = new() { ["GODWIT_FAILPOINTS"] = "1" };
    private readonly Dictionary<string, ClusterPart> _parts = [];
    private readonly int[] _ports = FreePorts(7);

    private RunningCluster(string model)
    {
        _model = model;
        _environment["GODWIT__Godwit__Cluster__Secret"] = RandomNumberGenerator.GetHexString(32);
        Gateways = [new Uri($"http://127.0.0.1:{_ports[3]}"), new Uri($"http://127.0.0.1:{_ports[5]}")];
        Admins = [new AdminCalls(new Uri($"http://127.0.0.1:{_ports[4]}")), new AdminCalls(new Uri($"http://127.0.0.1:{_ports[6]}"))];
    }

    /// <summary>The OpenAI API of each Gateway.</summary>
    public IReadOnlyList<Uri> Gateways { get; }

    /// <summary>The admin listener of each Gateway.</summary>
    public IReadOnlyList<AdminCalls> Admins { get; }

    private string Redis => $"127.0.0.1:{_ports[0]}";

    /// <summary>Starts everything but workers.</summary>
    public static RunningCluster Start(string model)
    {
        RunningCluster cluster = new(model);
        cluster.StartRedis();
        for (int i = 0; i < 2; i++)
        {
            cluster.Add($"scheduler-{i}", [], "serve", "scheduler", "--port", $"{cluster._ports[1 + i]}", "--redis", cluster.Redis);
            cluster.StartGateway(i);
        }

        return cluster;
    }

    /// <summary>A part by its name: <c>redis</c>, <c>scheduler-0</c>, <c>gateway-1</c>, or a worker's.</summary>
    public ClusterPart this[string name] => _parts[name];

    /// <summary>Starts, or starts again, an empty Redis.</summary>
    public void StartRedis() => Add("redis", [], "serve", "redis", "--port", $"{_ports[0]}");

    /// <summary>Starts, or starts again, a Gateway.</summary>
    public void StartGateway(int number) => Add(
        $"gateway-{number}", [], "serve", "gateway", "--port", $"{Gateways[number].Port}", "--admin-port", $"{_ports[4 + (2 * number)]}",
        "--scheduler", $"http://127.0.0.1:{_ports[1 + number]}", "--redis", Redis);

    /// <summary>Starts a worker.</summary>
    /// <param name="name">Its instance id.</param>
    /// <param name="failpoint">Where it shall fail; null: nowhere.</param>
    public void StartWorker(string name, string? failpoint = null) => Add(
        name,
        failpoint is null ? [] : new() { ["GODWIT__Worker__Migration__Failpoint"] = failpoint },
        "serve", "worker", "--model", _model, "--id", MadeModel.Id, "--instance", name, "--port", "0", "--threads", "1", "--redis", Redis);

    /// <summary>Ends a part at once.</summary>
    public async Task KillAsync(string name)
    {
        if (_parts.Remove(name, out ClusterPart? part))
            await part.DisposeAsync();
    }

    /// <summary>Waits until so many instances serve, at both Gateways, and has moves ordered by nobody but the test.</summary>
    public async Task UntilReadyAsync(int instances)
    {
        foreach (AdminCalls admin in Admins)
            await UntilAsync(async () => (await TryInstancesAsync(admin)).Length == instances);
        await UntilAsync(async () =>
        {
            using HttpResponseMessage answer = await Admins[0].SendAsync(HttpMethod.Put, "/policy", new JsonObject { ["migration"] = "off" });
            return answer.IsSuccessStatusCode;
        });
    }

    /// <summary>Waits for a condition; with what the parts said when it does not come about.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        using CancellationTokenSource deadline = new(within ?? RunningGodwit.Patience);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail(string.Join('\n', _parts.Select(part => $"== {part.Key}\n{part.Value.Output}")));
            await Task.Delay(50);
        }
    }

    /// <summary>The instances, or none when nobody answers.</summary>
    public static async Task<JsonObject[]> TryInstancesAsync(AdminCalls admin)
    {
        try
        {
            return await admin.InstancesAsync();
        }
        catch (Exception e) when (e is HttpRequestException or NullReferenceException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AdminCalls admin in Admins)
            admin.Dispose();
        foreach (ClusterPart part in _parts.Values)
            await part.DisposeAsync();
    }

    private void Add(string name, Dictionary<string, string> environment, params string[] arguments) => _parts[name] =
        new ClusterPart(new Dictionary<string, string>(_environment.Concat(environment)), arguments);

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
            listener.Dispose();
        return ports;
    }
}
