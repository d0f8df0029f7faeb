using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Godwit.CommandLine.Hosting;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.Scheduler;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Godwit.Bench.Scheduling;

/// <summary>
/// What a dispatch call costs whoever makes it: one request per call over one warm connection, to a real Scheduler with its decision log,
/// on loopback, for several numbers of instances in the registry.
/// </summary>
internal static class DispatchBench
{
    private const int WarmUp = 3000;
    private const int Calls = 5000;

    public static Command Command()
    {
        Command command = new("dispatch", "Latency of a dispatch call.");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task RunAsync(CancellationToken cancellation)
    {
        Console.WriteLine("| instances | policy | p50, ms | p99, ms |");
        Console.WriteLine("|---|---|---|---|");
        int port = new PortChoice(PortChoice.CanBind).From(global::System.Net.IPAddress.Loopback, 7500);
        using EmbeddedRedis redis = EmbeddedRedis.Start("127.0.0.1", port);
        await using ConnectionMultiplexer writer = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port}");
        foreach (int instances in (int[])[3, 16, 256])
        {
            foreach (string policy in (string[])["llumnix", "power-of-two"])
            {
                await RegisterAsync(writer.GetDatabase(), instances);
                List<double> times = await MeasureAsync($"127.0.0.1:{port}", instances, policy, cancellation);
                Console.WriteLine($"| {instances} | {policy} | {times.Median():F3} | {times.Quantile(0.99):F3} |");
            }
        }
    }

    private static async Task RegisterAsync(IDatabase redis, int instances)
    {
        for (int i = 0; i < instances; i++)
        {
            InstanceRegistration registration = new(
                $"worker-{i}", $"{i:x32}", "http://127.0.0.1:9", "m", 0, new string('a', 64), "cpu", "f32", 8192, 16, 4096, 64);
            InstanceStatus status = new(registration.BootId, 1, InstanceState.Ready, i * 31 % 4000, 4096, 0, i % 40, 0);
            await redis.HashSetAsync(
                RedisKeys.Instances, registration.Id, JsonSerializer.SerializeToUtf8Bytes(registration, ContractsJson.Default.InstanceRegistration));
            await redis.StringSetAsync(
                RedisKeys.InstanceLease(registration.Id),
                JsonSerializer.SerializeToUtf8Bytes(status, ContractsJson.Default.InstanceStatus),
                TimeSpan.FromHours(1));
        }
    }

    private static async Task<List<double>> MeasureAsync(string redis, int instances, string policy, CancellationToken cancellation)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Godwit:Cluster:Redis"] = redis,
            ["Scheduler:Listener:Port"] = "0",
            ["Scheduler:Dispatch:Policy"] = policy,
            ["Logging:LogLevel:Default"] = "Error",
        }).Build();
        await using WebApplication scheduler = await ProgramHost.StartAsync(SchedulerProgram.Build, configuration, cancellation);
        using HttpClient client = new()
        {
            BaseAddress = new Uri(scheduler.Urls.First()),
        };
        while ((await client.GetFromJsonAsync<JsonElement>("/instances", cancellation)).GetProperty("data").GetArrayLength() != instances)
        {
            await Task.Delay(50, cancellation);
        }

        List<double> times = new(Calls);
        for (int i = 0; i < WarmUp + Calls; i++)
        {
            DispatchRequest request = new([new DispatchItem($"r{i}", "m", 100, 100, 0, [])]);
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage response =
                await client.PostAsJsonAsync("/dispatch", request, ContractsJson.Default.DispatchRequest, cancellation);
            DispatchResponse? answer = await response.Content.ReadFromJsonAsync(ContractsJson.Default.DispatchResponse, cancellation);
            double ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (answer?.Decisions[0].Instance is null)
            {
                throw new InvalidOperationException("The Scheduler gave no instance.");
            }

            if (i >= WarmUp)
            {
                times.Add(ms);
            }

            // A rate that an engine could take, so that what is measured is the call and not a queue behind the log.
            if (i % 8 == 0)
            {
                await Task.Delay(1, cancellation);
            }
        }

        await scheduler.StopAsync(cancellation);
        return times;
    }
}
