using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Serving;

/// <summary>What Gateways and the Scheduler say of requests that run here: acknowledgements, cancellations, replays, draining.</summary>
internal sealed class ServingEndpoints(
    InternalCalls calls,
    ApiCalls apiCalls,
    ServedModel model,
    CallPreparation preparation,
    GatewayCalls gateways,
    RequestTable requests,
    WorkerDrain drain,
    LeaderEpochs leaders)
{
    /// <summary>Bytes of a replay: its head, and the client's body.</summary>
    private const int MaxReplayBytes = sizeof(uint) + CallEnvelope.MaxHeadBytes + ApiLimits.BodyBytes;

    /// <summary>Takes note of what a Gateway has.</summary>
    public Task AcknowledgeAsync(HttpContext context) => calls.HandleAsync(
        context,
        ContractsJson.Default.AckBatch,
        _ => "",
        (answer, batch) =>
        {
            Require(batch.Acks?.All(ack => ack is { Request: not null, Next: not null }) == true);
            return answer.Response.WriteAsJsonAsync(
                requests.Acknowledge(batch), ContractsJson.Default.AckReply, cancellationToken: answer.RequestAborted);
        });

    /// <summary>Forgets a request for good.</summary>
    public Task CancelAsync(HttpContext context) => calls.HandleAsync(
        context,
        ContractsJson.Default.RequestEpoch,
        cancelled => cancelled.Request ?? "",
        (answer, cancelled) =>
        {
            Require(!string.IsNullOrEmpty(cancelled.Request));
            requests.Handle(cancelled.Request!, new WorkerEvent.Cancel(cancelled.Epoch));
            return InternalCalls.DoneAsync(answer);
        });

    /// <summary>COMMIT of a move, at its destination.</summary>
    public Task ResumeAsync(HttpContext context) => GoOnAsync(context, gateways.ResumeAsync);

    /// <summary>A move whose destination failed, at its source.</summary>
    public Task KeepAsync(HttpContext context) => GoOnAsync(context, gateways.KeepAsync);

    /// <summary>Stops or begins again to take new requests.</summary>
    public Task DrainAsync(HttpContext context) => calls.HandleAsync(
        context,
        ContractsJson.Default.DrainOrder,
        _ => "",
        (answer, order) =>
        {
            RequireLeader(leaders, order.LeaderEpoch);
            drain.IsDraining = order.Draining;
            return InternalCalls.DoneAsync(answer);
        });

    /// <summary>Goes on with a request whose worker failed: its tokens so far are computed again.</summary>
    public Task ReplayAsync(HttpContext context) => apiCalls.HandleAsync(context, ReplayAsync);

    /// <summary>Refuses an order of a former leader.</summary>
    /// <exception cref="ApiException">409.</exception>
    public static void RequireLeader(LeaderEpochs leaders, long epoch)
    {
        if (!leaders.TryAdmit(epoch))
        {
            throw new ApiException(ApiError.Invalid(
                $"The order is of leader epoch {epoch}, but this worker has seen {leaders.Highest}.", null, ApiErrorCodes.StaleEpoch, 409));
        }
    }

    /// <summary>Refuses a body that lacks a field.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static void Require(bool isWhole)
    {
        if (!isWhole)
        {
            throw ApiException.InvalidJson("The body lacks a field.");
        }
    }

    private Task GoOnAsync(HttpContext context, Func<HttpContext, ResumeCall, Task> goOn) => calls.HandleAsync(
        context,
        ContractsJson.Default.ResumeCall,
        call => call.Request ?? "",
        (answer, call) =>
        {
            Require(!string.IsNullOrEmpty(call.Request) && call.From is not null);
            answer.Response.Headers[InternalHeaders.RequestId] = call.Request;
            return goOn(answer, call);
        });

    private async Task ReplayAsync(ApiCall call)
    {
        AdmissionTicket ticket = call.Identity.Ticket
            ?? throw ApiException.Missing(InternalHeaders.Admission, "an admission ticket");
        byte[] envelope = await RequestBody.ReadBytesAsync(call.Context, MaxReplayBytes, call.Aborted);
        (CallHead head, ReadOnlyMemory<byte> body) = Read(envelope);
        ApiKind kind = ServedCall.KindAt(head.Path) ?? throw ApiException.InvalidValue("path", $"'{head.Path}' cannot be replayed.");
        RequireTokens(head.Prompts.Concat(head.Outputs));

        // Without prompts nobody has begun it: it is rendered as at a start. Choices without an entry have nothing yet.
        PreparedCall prepared = await preparation.PrepareAsync(
            kind, body, call.Identity, call.Arrived, head.Prompts.Count > 0 ? head.Prompts : null, call.Aborted);
        if (head.Outputs.Count > prepared.Choices || head.From.Count > prepared.Choices)
        {
            prepared.Formatter.Dispose();
            throw ApiException.InvalidValue("outputs", $"The request has {prepared.Choices} choices.");
        }

        prepared = prepared with
        {
            Request = prepared.Request with
            {
                Outputs = [.. head.Outputs, .. Enumerable.Repeat<IReadOnlyList<int>>([], prepared.Choices - head.Outputs.Count)],
                ReplayLogprobs = prepared.Completion.Sampling.Logprobs is not null,
                Alone = head.Alone,
            },
        };
        int[] from = [.. head.From, .. Enumerable.Repeat(0, prepared.Choices - head.From.Count)];
        await gateways.StartAsync(call.Context, new ServedCall(kind, body, ticket, prepared), from);
    }

    private void RequireTokens(IEnumerable<IReadOnlyList<int>> lists)
    {
        if (lists.Any(tokens => tokens is null || tokens.Any(id => id < 0 || id >= model.VocabularySize)))
        {
            throw ApiException.InvalidValue("outputs", $"Token ids must lie below {model.VocabularySize}.");
        }
    }

    private static (CallHead Head, ReadOnlyMemory<byte> Body) Read(byte[] envelope)
    {
        try
        {
            return CallEnvelope.Read(envelope);
        }
        catch (InvalidDataException e)
        {
            throw ApiException.InvalidJson(e.Message);
        }
    }
}
