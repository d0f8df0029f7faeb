using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Godwit.Bench.Chain;

/// <summary>A real <c>godwit up</c> in processes of its own, with one worker of one model.</summary>
internal sealed partial class RunningStack : IAsyncDisposable
{
    private const int Port = 18080;
    private const int AdminPort = 18089;
    private readonly Process _process;

    private RunningStack(Process process) => _process = process;

    /// <summary>Secret of the cluster, so that the benchmark may call the worker directly.</summary>
    public static string Secret => "benchmark-secret";

    public string Gateway => $"http://127.0.0.1:{Port}";

    public string Worker { get; private set; } = "";

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="model">The model.</param>
    /// <param name="more">Further arguments of <c>up</c>.</param>
    public static async Task<RunningStack> StartAsync(string model, params string[] more)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "godwit"))
        {
            ArgumentList = { "up", "--port", $"{Port}", "--admin-port", $"{AdminPort}", "--workers", $"{model}=1", "--threads", "1" },
            RedirectStandardOutput = true,
        };
        foreach (string argument in more)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GODWIT__Godwit__Cluster__Secret"] = Secret;
        var stack = new RunningStack(Process.Start(start)!);
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await IsReadyAsync(client, stack.Gateway))
        {
            await Task.Delay(100, deadline.Token);
        }

        string instances = await client.GetStringAsync($"http://127.0.0.1:{AdminPort}/instances", deadline.Token);
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
