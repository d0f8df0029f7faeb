using System.Buffers;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Tests;

/// <summary>One call that a <see cref="ScriptedWorker"/> got, and the means to answer it.</summary>
internal sealed class WorkerCall(HttpContext context, byte[] body, AdmissionTicket? ticket)
{
    public byte[] Body => body;

    public AdmissionTicket Ticket => ticket!;

    /// <summary>Of <see cref="InternalPaths.Replay"/>: what it says of the request so far.</summary>
    public CallHead? Head { get; } =
        context.Request.Path == InternalPaths.Replay ? CallEnvelope.Read(body).Head : null;

    /// <summary>Of <see cref="InternalPaths.Resume"/> and <see cref="InternalPaths.Keep"/>: the body.</summary>
    public ResumeCall? Resume { get; } = context.Request.Path == InternalPaths.Resume || context.Request.Path == InternalPaths.Keep
        ? JsonSerializer.Deserialize(body, ContractsJson.Default.ResumeCall)
        : null;

    public int Epoch => Resume?.Epoch ?? Ticket.Epoch;

    public string Request => Resume?.Request ?? Ticket.Request;

    /// <summary>Index of the token that the Gateway wants next in a choice.</summary>
    public int From(int choice) => (Resume?.From ?? Head?.From)?.ElementAtOrDefault(choice) ?? 0;

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
        return new WorkerCall(
            context,
            body.ToArray(),
            ticket.Length == 0 ? null : JsonSerializer.Deserialize(ticket, ContractsJson.Default.AdmissionTicket));
    }

    public Task AcceptAsync()
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = InternalHeaders.FramesMediaType;
        }

        return context.Response.Body.FlushAsync();
    }

    public Task SendAsync(FrameFlags flags, int first, int[] ids, string payload = "", int choice = 0) =>
        SendAsync(new Frame(flags, choice, first, ids, Encoding.UTF8.GetBytes(payload)));

    public async Task SendAsync(Frame frame)
    {
        context.Response.ContentType ??= InternalHeaders.FramesMediaType;
        ArrayBufferWriter<byte> buffer = new();
        FrameWriter.Write(buffer, frame);
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory);
    }

    /// <summary>Offers the request to another.</summary>
    public Task OfferAsync(MigrationPeer destination, int epoch, int[] next) => SendAsync(
        FrameFlags.Moved,
        0,
        [],
        JsonSerializer.Serialize(
            new MovedNotice(destination, epoch, next, "order-1", "balance", Bytes: 4096, Stages: 2), ContractsJson.Default.MovedNotice));

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

    /// <summary>Does nothing until the Gateway has closed the call.</summary>
    public Task FreezeAsync() =>
        Task.Delay(Timeout.InfiniteTimeSpan, Cancelled).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Resets the connection, as the end of the process would.</summary>
    public async Task DieAsync()
    {
        await context.Response.BodyWriter.FlushAsync();
        context.Abort();
    }
}
