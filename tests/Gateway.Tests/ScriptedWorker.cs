using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Instances;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Tests;

/// <summary>A peer that speaks the frames protocol over a real listener as a test's script says, faults included.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private WebApplication _app = null!;

    public ConcurrentQueue<WorkerCall> Calls { get; } = new();

    public InstanceRegistration Registration { get; private set; } = null!;

    public static async Task<ScriptedWorker> StartAsync(RedisServer redis, string id, string model, Func<WorkerCall, Task> script)
    {
        ScriptedWorker worker = new();
        worker._app = await TestHosts.StartPeerAsync(app =>
        {
            app.MapGet("/health", () => "ok");
            app.MapPost("/{**path}", async context =>
            {
                WorkerCall call = await WorkerCall.ReadAsync(context);
                worker.Calls.Enqueue(call);
                await script(call);
            });
        });
        worker.Registration = TestInstances.Registration(id, model, worker._app.AddressesOf()[0].ToString());
        await redis.BeatAsync(worker.Registration, TestInstances.Status(worker.Registration));
        return worker;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>One call that a <see cref="ScriptedWorker"/> got, and the means to answer it.</summary>
internal sealed class WorkerCall(HttpContext context, byte[] body, AdmissionTicket ticket)
{
    public byte[] Body => body;

    public AdmissionTicket Ticket => ticket;

    public string Path { get; } = context.Request.Path;

    public Dictionary<string, string> Headers { get; } =
        context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The Gateway has closed this call.</summary>
    public CancellationToken Cancelled => context.RequestAborted;

    public static async Task<WorkerCall> ReadAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        string ticket = context.Request.Headers[InternalHeaders.Admission].ToString();
        return new WorkerCall(context, body.ToArray(), JsonSerializer.Deserialize(ticket, ContractsJson.Default.AdmissionTicket)!);
    }

    public Task AcceptAsync()
    {
        context.Response.ContentType = InternalHeaders.FramesMediaType;
        return context.Response.Body.FlushAsync();
    }

    public async Task SendAsync(FrameFlags flags, int first, int[] ids, string payload = "", int choice = 0)
    {
        context.Response.ContentType ??= InternalHeaders.FramesMediaType;
        ArrayBufferWriter<byte> buffer = new();
        FrameWriter.Write(buffer, new Frame(flags, choice, first, ids, Encoding.UTF8.GetBytes(payload)));
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory);
    }

    public async Task SendRawAsync(byte[] bytes) => await context.Response.BodyWriter.WriteAsync(bytes);

    /// <summary>The prompt, then one frame with its token for each payload, then the last frame.</summary>
    public async Task AnswerAsync(params string[] payloads)
    {
        await SendAsync(FrameFlags.Prompt, 0, [1, 2, 3]);
        for (int i = 0; i < payloads.Length; i++)
        {
            await SendAsync(FrameFlags.None, i, [100 + i], payloads[i]);
        }

        await SendAsync(FrameFlags.ChoiceFinished, payloads.Length, []);

        await SendAsync(FrameFlags.Last, payloads.Length, [], "data: [DONE]\n\n");
    }

    public async Task RefuseAsync(int status, string json, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(json);
    }

    /// <summary>Resets the connection, as the end of the process would.</summary>
    public async Task DieAsync()
    {
        await context.Response.BodyWriter.FlushAsync();
        context.Abort();
    }
}
