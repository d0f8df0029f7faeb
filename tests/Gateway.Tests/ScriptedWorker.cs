using System.Collections.Concurrent;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Tests;

/// <summary>A peer that speaks the frames protocol over a real listener as a test's script says, faults included.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private WebApplication _app = null!;

    /// <summary>Calls that are answered with frames.</summary>
    public ConcurrentQueue<WorkerCall> Calls { get; } = new();

    /// <summary>Acknowledgements.</summary>
    public ConcurrentQueue<AckBatch> Acks { get; } = new();

    /// <summary>Releases and cancels.</summary>
    public ConcurrentQueue<WorkerOrder> Orders { get; } = new();

    /// <summary>Status that it answers to orders.</summary>
    public int OrderStatus { get; set; } = StatusCodes.Status200OK;

    /// <summary>It answers acknowledgements.</summary>
    public bool AnswersAcks { get; set; } = true;

    /// <summary>Requests that it says it does not know.</summary>
    public string[] Unknown { get; set; } = [];

    public InstanceRegistration Registration { get; private set; } = null!;

    public MigrationPeer Peer => new(Registration.Id, Registration.BootId, Registration.Address);

    public static async Task<ScriptedWorker> StartAsync(
        RedisServer redis,
        string id,
        string model,
        Func<WorkerCall, Task> script,
        Func<InstanceRegistration, InstanceRegistration>? change = null)
    {
        ScriptedWorker worker = new();
        worker._app = await TestHosts.StartPeerAsync(app =>
        {
            app.MapGet("/health", () => "ok");
            app.MapPost(InternalPaths.Acks, async (HttpContext context) =>
            {
                worker.Acks.Enqueue((await context.Request.ReadFromJsonAsync(ContractsJson.Default.AckBatch))!);
                if (!worker.AnswersAcks)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                }

                await context.Response.WriteAsJsonAsync(new AckReply(worker.Unknown), ContractsJson.Default.AckReply);
            });
            foreach (string path in (string[])[InternalPaths.Release, InternalPaths.Cancel])
            {
                app.MapPost(path, async (HttpContext context) =>
                {
                    RequestEpoch order = (await context.Request.ReadFromJsonAsync(ContractsJson.Default.RequestEpoch))!;
                    worker.Orders.Enqueue(new WorkerOrder(path, order.Request, order.Epoch));
                    context.Response.StatusCode = worker.OrderStatus;
                });
            }

            app.MapPost("/{**path}", async context =>
            {
                WorkerCall call = await WorkerCall.ReadAsync(context);
                worker.Calls.Enqueue(call);
                await script(call);
            });
        });
        worker.Registration = TestInstances.Registration(id, model, worker._app.AddressesOf()[0].ToString());
        worker.Registration = change?.Invoke(worker.Registration) ?? worker.Registration;
        await redis.BeatAsync(worker.Registration, TestInstances.Status(worker.Registration));
        return worker;
    }

    /// <summary>Returns when <paramref name="condition"/> holds.</summary>
    public async Task UntilAsync(Func<ScriptedWorker, bool> condition)
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (!condition(this))
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
