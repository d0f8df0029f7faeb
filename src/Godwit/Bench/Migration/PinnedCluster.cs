using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Bench.Migration;

/// <summary>
/// A whole cluster in processes of its own: Redis, Scheduler, Gateway, and two workers of one model, each of one thread and bound to a core of
/// its own. The Scheduler moves nothing by itself.
/// </summary>
internal sealed class PinnedCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly List<Process> _processes = [];
    private readonly Dictionary<string, string> _environment;
    private readonly HttpClient _admin;

    private PinnedCluster(IReadOnlyDictionary<string, string> environment)
    {
        int[] ports = FreePorts(5);
        (RedisPort, SchedulerPort, Port, AdminPort) = (ports[0], ports[1], ports[2], ports[3]);
        _environment = new(environment) { ["GODWIT__Godwit__Cluster__Secret"] = RandomNumberGenerator.GetHexString(32) };
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = Timeout.InfiniteTimeSpan };
        _admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{AdminPort}"), Timeout = s_patience };
    }

    /// <summary>The workers' names.</summary>
    public static IReadOnlyList<string> Workers { get; } = ["worker-1", "worker-2"];

    /// <summary>Calls the OpenAI API.</summary>
    public HttpClient Client { get; }

    private int RedisPort { get; }

    private int SchedulerPort { get; }

    private int Port { get; }

    private int AdminPort { get; }

    /// <summary>Starts everything and waits until both workers serve.</summary>
    /// <param name="model">Folder of the model.</param>
    /// <param name="workerArguments">Further arguments of both workers.</param>
    /// <param name="environment">Further environment of everything.</param>
    public static async Task<PinnedCluster> StartAsync(
        string model, IReadOnlyList<string> workerArguments, IReadOnlyDictionary<string, string> environment)
    {
        PinnedCluster cluster = new(environment);
        try
        {
            string redis = $"127.0.0.1:{cluster.RedisPort}";
            cluster.Start(null, "serve", "redis", "--port", Text(cluster.RedisPort));
            cluster.Start(null, "serve", "scheduler", "--port", Text(cluster.SchedulerPort), "--redis", redis);
            cluster.Start(
                null, "serve", "gateway", "--port", Text(cluster.Port), "--admin-port", Text(cluster.AdminPort),
                "--scheduler", $"http://127.0.0.1:{cluster.SchedulerPort}", "--redis", redis);
            for (int i = 0; i < Workers.Count; i++)
            {
                cluster.Start(
                    i % Environment.ProcessorCount,
                    [
                        "serve", "worker", "--model", model, "--id", "bench", "--instance", Workers[i], "--port", "0", "--threads", "1",
                        "--redis", redis, .. workerArguments,
                    ]);
            }

            await cluster.UntilReadyAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Orders a move.</summary>
    /// <returns>Whether the order was taken.</returns>
    public async Task<bool> MoveAsync(string request, string destination)
    {
        using StringContent body = Json(new JsonObject { ["destination"] = destination });
        using HttpResponseMessage answer = await _admin.PostAsync(new Uri($"/requests/{request}/migrate", UriKind.Relative), body);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What is known of a request's moves, in their order.</summary>
    public async Task<JsonArray> MovesAsync(string request)
    {
        using HttpResponseMessage answer = await _admin.GetAsync(new Uri($"/explain/{request}", UriKind.Relative));
        return answer.IsSuccessStatusCode && JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["moves"] is JsonArray moves ? moves : [];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Those that ask first, then those that are asked.
        _processes.Reverse();
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
                UnixProcess.Terminate(process);
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }

        Client.Dispose();
        _admin.Dispose();
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

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

    private void Start(int? core, params string[] arguments)
    {
        // A child inherits the cores of the thread that makes it.
        byte[]? before = core is { } one && OperatingSystem.IsLinux() ? Affinity.Bind(one) : null;
        try
        {
            Process process = Process.Start(ChildCommand.Self(arguments, _environment).ToStartInfo())!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } text)
                    Console.Error.WriteLine($"{arguments[1]} | {text}");
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            _processes.Add(process);
        }
        finally
        {
            if (before is not null)
                Affinity.Set(before);
        }
    }

    private async Task UntilReadyAsync()
    {
        using CancellationTokenSource deadline = new(s_patience);
        while (await CountAsync() < Workers.Count)
        {
            if (_processes.FirstOrDefault(process => process.HasExited) is { } ended)
                throw new StartFailedException($"A part of the cluster ended with exit code {ended.ExitCode}.");
            await Task.Delay(100, deadline.Token);
        }

        while (!await QuietAsync(deadline.Token))
            await Task.Delay(100, deadline.Token);
    }

    // Until a Scheduler leads, nobody takes such a call.
    private async Task<bool> QuietAsync(CancellationToken cancellation)
    {
        using StringContent quiet = Json(new JsonObject { ["migration"] = "off" });
        using HttpResponseMessage answer = await _admin.PutAsync(new Uri("/policy", UriKind.Relative), quiet, cancellation);
        return answer.IsSuccessStatusCode;
    }

    private async Task<int> CountAsync()
    {
        try
        {
            string json = await _admin.GetStringAsync(new Uri("/instances", UriKind.Relative));
            return JsonNode.Parse(json)?["data"] is JsonArray data ? data.Count : 0;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Which cores the calling thread may use.</summary>
    private static class Affinity
    {
        private const int Bytes = 128;

        /// <summary>Binds the thread to one core; what it had before.</summary>
        public static byte[] Bind(int core)
        {
            byte[] before = new byte[Bytes], mask = new byte[Bytes];
            _ = Get(0, Bytes, before);
            mask[core / 8] = (byte)(1 << (core % 8));
            Set(mask);
            return before;
        }

        public static void Set(byte[] mask) => _ = Set(0, Bytes, mask);

        [DllImport("libc", EntryPoint = "sched_getaffinity")]
        private static extern int Get(int thread, nint size, [Out] byte[] mask);

        [DllImport("libc", EntryPoint = "sched_setaffinity")]
        private static extern int Set(int thread, nint size, byte[] mask);
    }
}
