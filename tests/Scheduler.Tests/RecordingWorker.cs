using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Scheduler.Tests;

/// <summary>An instance that takes orders over a real listener and remembers them.</summary>
internal sealed class RecordingWorker : IAsyncDisposable
{
    private readonly RedisServer _redis;
    private WebApplication _app = null!;
    private long _heartbeat;

    private RecordingWorker(RedisServer redis) => _redis = redis;

    /// <summary>Orders to move, as they came.</summary>
    public ConcurrentQueue<MigrationOrder> Migrations { get; } = new();

    /// <summary>Orders to drain, as they came.</summary>
    public ConcurrentQueue<DrainOrder> Drains { get; } = new();

    public InstanceRegistration Registration { get; private set; } = null!;

    /// <summary>Answer to every order instead of 202: status and body.</summary>
    public (int Status, string Body)? Refusal { get; set; }

    public static async Task<RecordingWorker> StartAsync(
        RedisServer redis, string id, Func<InstanceRegistration, InstanceRegistration>? change = null)
    {
        RecordingWorker worker = new(redis);
        worker._app = await TestHosts.StartPeerAsync(app =>
        {
            app.MapGet("/health", () => "ok");
            app.MapPost(InternalPaths.Migrations, async context =>
                worker.Migrations.Enqueue(await ReadAsync(context, worker, ContractsJson.Default.MigrationOrder)));
            app.MapPost(InternalPaths.Drain, async context =>
                worker.Drains.Enqueue(await ReadAsync(context, worker, ContractsJson.Default.DrainOrder)));
        });
        InstanceRegistration registration = TestInstances.Registration(id, address: worker._app.AddressesOf()[0].ToString());
        worker.Registration = change?.Invoke(registration) ?? registration;
        await worker.BeatAsync();
        return worker;
    }

    /// <summary>Publishes its load.</summary>
    public Task BeatAsync(Func<InstanceStatus, InstanceStatus>? change = null)
    {
        InstanceStatus status = TestInstances.Status(Registration, heartbeat: ++_heartbeat);
        return _redis.BeatAsync(Registration, change?.Invoke(status) ?? status);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<T> ReadAsync<T>(
        HttpContext context, RecordingWorker worker, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        T order = (await JsonSerializer.DeserializeAsync(context.Request.Body, type))!;
        context.Response.StatusCode = worker.Refusal?.Status ?? 202;
        await context.Response.WriteAsync(worker.Refusal?.Body ?? "{}", Encoding.UTF8);
        return order;
    }
}
