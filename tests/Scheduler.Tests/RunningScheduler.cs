using System.Net.Http.Json;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
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
