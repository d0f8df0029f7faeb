using System.Net.Http.Headers;
using System.Text;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding.Holders;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.Tests;

/// <summary>The real program on free ports, and a client of it.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningGateway(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = app.AddressesOf()[0] };
        Admin = new HttpClient { BaseAddress = app.AddressesOf()[1] };
    }

    public HttpClient Client { get; }

    public HttpClient Admin { get; }

    public InstanceRegistry Registry => _app.Services.GetRequiredService<InstanceRegistry>();

    public static Task<RunningGateway> StartAsync(RedisServer? redis, params (string Key, string? Value)[] settings) =>
        StartAsync(redis, _ => { }, settings);

    /// <summary>With services of the test's own; they take the place of those that the program only adds where there is none.</summary>
    public static async Task<RunningGateway> StartAsync(
        RedisServer? redis, Action<IServiceCollection> configure, params (string Key, string? Value)[] settings)
    {
        WebApplicationBuilder builder = TestHosts.Builder(
            [("Godwit:Cluster:Redis", redis?.Address), ("Gateway:Listener:Port", "0"), ("Gateway:Listener:AdminPort", "0"), .. settings]);
        configure(builder.Services);
        WebApplication app = GatewayProgram.Build(builder);
        await app.StartAsync();
        RunningGateway gateway = new(app);
        if (redis is not null)
        {
            await gateway.Registry.UntilAsync(snapshot => snapshot.IsComplete);
        }

        return gateway;
    }

    /// <summary>Requests that it owns.</summary>
    public int Owned => _app.Services.GetRequiredService<OwnedRequests>().Count;

    /// <summary>A part of it.</summary>
    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Posts JSON and returns when the headers are there.</summary>
    public Task<HttpResponseMessage> PostAsync(string json, string path = "/v1/chat/completions", string? id = null, CancellationToken cancellation = default)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        if (id is not null)
        {
            request.Headers.Add("x-request-id", id);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Returns when that many requests wait for the Scheduler's next call.</summary>
    public async Task QueuedAsync(int count)
    {
        DispatchClient client = _app.Services.GetRequiredService<DispatchClient>();
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (client.Queued < count)
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
