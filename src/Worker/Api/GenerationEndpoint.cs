using System.Text.Json;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.StructuredOutput;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api;

/// <summary>
/// Serves both generating endpoints: check the request, hand it to the engine, carry what the engine reports to the caller. A generation
/// lives no longer than its call: whatever ends the call disposes it.
/// </summary>
internal sealed class GenerationEndpoint(ServedModel model, ApiCalls calls, TimeProvider time)
{
    /// <summary>Answers one call.</summary>
    public Task HandleAsync(HttpContext context, ApiKind kind) => calls.HandleAsync(context, call => AnswerAsync(call, kind));

    private async Task AnswerAsync(ApiCall call, ApiKind kind)
    {
        RequestIdentity identity = call.Identity;
        CompletionRequest completion = await ReadAsync(call.Context, kind, identity, call.Aborted);
        CompiledConstraint? constraint = await OutputConstraint.CompileAsync(completion, model, call.Aborted);
        List<IReadOnlyList<int>> prompts = [.. completion.Prompts.SelectMany(p => Enumerable.Repeat(p, completion.Choices.Generated))];
        using AnswerFormatter formatter = AnswerFormatter.Create(HeadOf(completion, identity, prompts));
        AnswerTransport transport = call.Open(formatter, time);
        using Generation generation = model.Submit(new GenerationRequest(
            identity.Id,
            completion.Prompts,
            completion.Sampling with { Seed = identity.SeedFor(completion) },
            identity.PriorityFor(completion.Priority),
            completion.Choices.Generated,
            identity.CacheSaltFor(completion.CacheSalt),
            constraint,
            Arrived: call.Arrived));
        await transport.CarryAsync(generation, prompts.Count, call.Aborted);
        formatter.CachedTokens = generation.CachedTokens;
        await transport.EndAsync(call.Aborted);
    }

    private async Task<CompletionRequest> ReadAsync(
        HttpContext context, ApiKind kind, RequestIdentity identity, CancellationToken aborted)
    {
        using JsonDocument body = await RequestBody.ReadAsync(context, aborted);
        return RequestParser.Parse(kind, body.RootElement, model, identity.RenderedAt, identity.Ticket is not null);
    }

    private AnswerHead HeadOf(CompletionRequest completion, RequestIdentity identity, IReadOnlyList<IReadOnlyList<int>> prompts) =>
        new(
            completion.Kind,
            (completion.Kind == ApiKind.Chat ? "chatcmpl-" : "cmpl-") + identity.Id,
            identity.Created,
            model.Id,
            model.Fingerprint,
            prompts,
            completion.Prompts.Sum(prompt => prompt.Count),
            completion.Choices,
            completion.Report,
            completion.Delivery,
            model.Tokens,
            completion.Sampling.SkipSpecialTokens)
        {
            Syntax = completion.Syntax,
            IsCallNamed = completion.IsCallNamed,
        };
}
