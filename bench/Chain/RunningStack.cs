using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Godwit.CommandLine.Hosting;

namespace Godwit.Bench.Chain;

/// <summary>A real <c>godwit up</c> in processes of its own, with one worker of one model.</summary>
internal sealed partial class RunningStack : IAsyncDisposable
{
    private readonly Process _process;

    private RunningStack(Process process, int port) => (_process, Gateway) = (process, $"http://127.0.0.1:{port}");

    /// <summary>Secret of the cluster, so that the benchmark may call the worker directly.</summary>
    public static string Secret => "benchmark-secret";

    public string Gateway { get; }

    public string Worker { get; private set; } = "";

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="model">The model.</param>
    /// <param name="more">Further arguments of <c>up</c>.</param>
    public static async Task<RunningStack> StartAsync(string model, params string[] more)
    {
        PortChoice ports = new(PortChoice.CanBind);
        int port = ports.From(IPAddress.Loopback, 18080);
        int adminPort = ports.From(IPAddress.Loopback, 18089);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "godwit"))
        {
            ArgumentList = { "up", "--port", $"{port}", "--admin-port", $"{adminPort}", "--workers", $"{model}=1", "--threads", "1" },
            RedirectStandardOutput = true,
        };
        foreach (string argument in more)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GODWIT__Godwit__Cluster__Secret"] = Secret;
        var stack = new RunningStack(Process.Start(start)!, port);
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await IsReadyAsync(client, stack.Gateway))
        {
            if (stack._process.HasExited)
            {
                throw new InvalidOperationException("godwit up has ended.");
            }

            await Task.Delay(100, deadline.Token);
        }

        string instances = await client.GetStringAsync($"http://127.0.0.1:{adminPort}/instances", deadline.Token);
        stack.Worker = Address().Match(instances).Value;
        return stack;
    }

    /// <summary>Resident memory of every process of the stack.</summary>
    public string Memory()
    {
        int[] ids = [_process.Id, .. Process.GetProcessesByName("godwit").Where(p => Parent(p.Id) == _process.Id).Select(p => p.Id)];
        return "resident: " + string.Join(", ", ids.Select((id, i) =>
            $"{(i == 0 ? "control programs and Redis" : "worker")} {Process.GetProcessById(id).WorkingSet64 / 1048576} MiB"));
    }

    public async ValueTask DisposeAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, string gateway)
    {
        try
        {
            return (await client.GetAsync(gateway + "/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int Parent(int pid) => int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[1]);

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
