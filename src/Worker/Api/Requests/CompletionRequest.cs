using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Requests;

/// <summary>A request to either endpoint, checked and tokenized; what the client left open is still open.</summary>
/// <param name="Kind">The endpoint.</param>
/// <param name="Prompts">Token ids of each prompt: at least one token, and room for at least one more.</param>
/// <param name="ChoicesPerPrompt"><c>n</c>: choice i of prompt p has the index p·n + i.</param>
/// <param name="Sampling">How to draw, but for the seed.</param>
/// <param name="Seed">The client's seed.</param>
/// <param name="Priority">Scheduling priority.</param>
/// <param name="CacheSalt">Only requests with the same salt share blocks of the prefix cache; empty when the client gave none.</param>
/// <param name="Stream">Answer by server-sent events.</param>
/// <param name="IncludeUsage">A streamed answer ends with a chunk that has the usage.</param>
internal sealed record CompletionRequest(
    ApiKind Kind,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    int ChoicesPerPrompt,
    SamplingParams Sampling,
    long? Seed,
    int Priority,
    string CacheSalt,
    bool Stream,
    bool IncludeUsage);
