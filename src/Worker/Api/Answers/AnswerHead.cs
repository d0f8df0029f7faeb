namespace Godwit.Worker.Api.Answers;

/// <summary>What is known of an answer before its first token.</summary>
/// <param name="Kind">The endpoint.</param>
/// <param name="Id">Id of the answer, the same in every chunk.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Fingerprint"><c>system_fingerprint</c>.</param>
/// <param name="Prompts">Token ids of each choice's prompt.</param>
/// <param name="PromptTokens">Tokens of the distinct prompts: one that several choices share counts once.</param>
/// <param name="Stream">Answer by server-sent events.</param>
/// <param name="IncludeUsage">A streamed answer ends with a chunk that has the usage.</param>
internal sealed record AnswerHead(
    ApiKind Kind,
    string Id,
    long Created,
    string Model,
    string Fingerprint,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    int PromptTokens,
    bool Stream,
    bool IncludeUsage);
