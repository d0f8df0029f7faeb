using System.Text.Json;
using Godwit.CommandLine.Supervision;
using Godwit.Contracts.Frames;

namespace Godwit.CommandLine.Up;

/// <summary>
/// Waits until the whole chain serves: the Scheduler knows every instance that can start, and the Gateway lists their models, and the
/// name under which the Router chooses one. A worker that refuses, or that has crashed time and again without ever being seen, is not waited for.
/// </summary>
internal sealed class Readiness(
    UpPlan plan,
    IReadOnlyList<SupervisedProcess> workers,
    string secret,
    HttpClient http,
    TimeProvider time)
{
    /// <summary>Crashes before the first sign of life after which a worker counts as unable to start.</summary>
    public const int HopelessCrashes = 5;

    private const string Auto = "auto";
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits; the instances that serve, none when none can.</summary>
    public async Task<IReadOnlySet<string>> WaitAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(s_interval, time);
        while (true)
        {
            IReadOnlySet<string> known = await InstancesAsync(cancellation);
            WorkerPlan[] open = [.. plan.Workers.Where((_, i) => !known.Contains(plan.Workers[i].Instance) && !IsHopeless(workers[i]))];
            if (open.Length == 0 && (known.Count == 0 || await ListsModelsAsync(known, cancellation)))
                return known;
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private static bool IsHopeless(SupervisedProcess worker) => worker.Refused.IsCompleted || worker.Crashes >= HopelessCrashes;

    private async Task<IReadOnlySet<string>> InstancesAsync(CancellationToken cancellation)
    {
        using JsonDocument? answer = await GetAsync($"{plan.SchedulerAddress}/instances", cancellation);
        HashSet<string> planned = [.. plan.Workers.Select(worker => worker.Instance)];
        return answer is null
            ? new HashSet<string>()
            : answer.RootElement.GetProperty("data").EnumerateArray()
                .Select(instance => instance.GetProperty("id").GetString()!)
                .Where(planned.Contains)
                .ToHashSet();
    }

    private async Task<bool> ListsModelsAsync(IReadOnlySet<string> instances, CancellationToken cancellation)
    {
        using JsonDocument? answer = await GetAsync($"{ReadyTable.Reachable(plan.Bind, plan.Port)}/v1/models", cancellation);
        if (answer is null)
            return false;
        HashSet<string> listed =
            [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
        return listed.Contains(Auto)
            && plan.Workers.Where(worker => instances.Contains(worker.Instance)).All(worker => listed.Contains(worker.Model));
    }

    private async Task<JsonDocument?> GetAsync(string address, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Add(InternalHeaders.ClusterSecret, secret);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellation);
            return response.IsSuccessStatusCode
                ? await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation), default, cancellation)
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
