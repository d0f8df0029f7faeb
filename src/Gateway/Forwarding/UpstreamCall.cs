using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding;

/// <summary>A call to a worker that is answered with frames.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Body">Its body; it must stay as it is until the call is over.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Ticket">What the Gateway has fixed at admission; null where the worker knows it already.</param>
internal sealed record UpstreamCall(string Path, ReadOnlyMemory<byte> Body, string ContentType, AdmissionTicket? Ticket)
{
    /// <summary>The client's call, from its start.</summary>
    public static UpstreamCall Start(string path, ReadOnlyMemory<byte> body, AdmissionTicket ticket) =>
        new(path, body, "application/json", ticket);

    /// <summary>The client's call with what came of it so far.</summary>
    public static UpstreamCall Replay(CallHead head, ReadOnlyMemory<byte> body, AdmissionTicket ticket) =>
        new(InternalPaths.Replay, CallEnvelope.Write(head, body.Span), "application/octet-stream", ticket);

    /// <summary>Go on with what the worker holds.</summary>
    /// <param name="path"><see cref="InternalPaths.Resume"/> or <see cref="InternalPaths.Keep"/>.</param>
    /// <param name="resume">The body.</param>
    public static UpstreamCall GoOn(string path, ResumeCall resume) =>
        new(path, JsonSerializer.SerializeToUtf8Bytes(resume, ContractsJson.Default.ResumeCall), "application/json", Ticket: null);
}
