using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
using Godwit.Scheduler.Leadership;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Scheduler.Tests;

/// <summary>The real program on a free port.</summary>
internal sealed class RunningScheduler : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningScheduler(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = app.AddressesOf()[0] };
    }

    public HttpClient Client { get; }

    public LeadershipState Leadership => _app.Services.GetRequiredService<LeadershipState>();

    public InstanceRegistry Registry => _app.Services.GetRequiredService<InstanceRegistry>();

    public static async Task<RunningScheduler> StartAsync(string? redis, params (string Key, string? Value)[] settings)
    {
        WebApplication app = SchedulerProgram.Build(
            TestHosts.Builder([("Godwit:Cluster:Redis", redis), ("Scheduler:Listener:Port", "0"), .. settings]));
        try
        {
            await app.StartAsync();
            return new RunningScheduler(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when this Scheduler leads; its epoch.</summary>
    public async Task<long> LeadsAsync()
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (true)
        {
            if (Leadership.Epoch is { } epoch)
            {
                return epoch;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Starts one and waits until it leads.</summary>
    public static async Task<RunningScheduler> StartLeaderAsync(string redis, params (string Key, string? Value)[] settings)
    {
        RunningScheduler scheduler = await StartAsync(redis, settings);
        await scheduler.LeadsAsync();
        return scheduler;
    }

    /// <summary>Sends an admin call; status and body.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(HttpMethod method, string path, string? body = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage response = await Client.SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public async Task<DispatchResponse> DispatchAsync(IReadOnlyList<DispatchItem> items)
    {
        using HttpResponseMessage response =
            await Client.PostAsJsonAsync("/dispatch", new DispatchRequest(items), ContractsJson.Default.DispatchRequest);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.DispatchResponse))!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
