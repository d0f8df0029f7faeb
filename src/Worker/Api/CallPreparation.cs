using System.Text.Json;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Api;

/// <summary>From the bytes of a request to what the engine takes: the same bytes and identity give the same everywhere.</summary>
internal sealed class CallPreparation(ServedModel model)
{
    /// <summary>Checks and tokenizes a body, and compiles its constraint.</summary>
    /// <param name="kind">The endpoint that it was sent to.</param>
    /// <param name="body">The client's body.</param>
    /// <param name="identity">Who the request is.</param>
    /// <param name="arrived">Timestamp of its arrival.</param>
    /// <param name="prompts">Token ids that are used, and not the body's text; null: the text.</param>
    /// <param name="cancel">Nobody wants it any more.</param>
    /// <exception cref="ApiException">It cannot be served as it is.</exception>
    public async Task<PreparedCall> PrepareAsync(
        ApiKind kind,
        ReadOnlyMemory<byte> body,
        RequestIdentity identity,
        long arrived,
        IReadOnlyList<IReadOnlyList<int>>? prompts,
        CancellationToken cancel)
    {
        CompletionRequest completion = Parse(kind, body, identity);
        completion = prompts is null ? completion : completion with { Prompts = prompts };
        CompiledConstraint? constraint = await OutputConstraint.CompileAsync(completion, model, cancel);
        var request = new GenerationRequest(
            identity.Id,
            completion.Prompts,
            completion.Sampling with { Seed = identity.SeedFor(completion) },
            identity.PriorityFor(completion.Priority),
            completion.Choices.Generated,
            identity.CacheSaltFor(completion.CacheSalt),
            constraint,
            Arrived: arrived);
        return new PreparedCall(completion, AnswerFormatter.Create(HeadOf(completion, identity)), request);
    }

    private CompletionRequest Parse(ApiKind kind, ReadOnlyMemory<byte> body, RequestIdentity identity)
    {
        using JsonDocument document = RequestBody.Parse(body);
        return RequestParser.Parse(kind, document.RootElement, model, identity.RenderedAt, identity.Ticket is not null);
    }

    private AnswerHead HeadOf(CompletionRequest completion, RequestIdentity identity) => new(
        completion.Kind,
        (completion.Kind == ApiKind.Chat ? "chatcmpl-" : "cmpl-") + identity.Id,
        identity.Created,
        model.Id,
        model.Fingerprint,
        [.. completion.Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, completion.Choices.Generated))],
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
