using System.Text.Json;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Embeddings;

/// <summary>
/// Serves <c>POST /v1/embeddings</c>: each input is a sequence of the engine that computes its prompt and samples nothing.
/// </summary>
internal sealed class EmbeddingEndpoint(ServedModel model, ApiCalls calls, TimeProvider time)
{
    private static readonly SamplingParams Nothing = new() { MaxTokens = 0 };

    /// <summary>Answers one call.</summary>
    public Task HandleAsync(HttpContext context) => calls.HandleAsync(context, AnswerAsync);

    private async Task AnswerAsync(ApiCall call)
    {
        EmbeddingRequest request = await ReadAsync(call);
        using var answer = new EmbeddingAnswer(request, model.Id);
        AnswerTransport transport = call.Open(answer, time);
        using Generation generation = model.Submit(new GenerationRequest(
            call.Identity.Id,
            request.Inputs,
            Nothing,
            call.Identity.PriorityFor(request.Priority),
            CacheSalt: call.Identity.CacheSaltFor(request.CacheSalt),
            Pooling: model.Embedding.Pooling,
            Arrived: call.Arrived));
        await transport.CarryAsync(generation, request.Inputs.Count, call.Aborted);
        await transport.EndAsync(call.Aborted);
    }

    private async Task<EmbeddingRequest> ReadAsync(ApiCall call)
    {
        using JsonDocument body = await RequestBody.ReadAsync(call.Context, call.Aborted);
        return EmbeddingParser.Parse(body.RootElement, model, modelChosen: call.Identity.Ticket is not null);
    }
}
