using Godwit.Worker.Api.Requests;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>What is known of an answer before its first token.</summary>
/// <param name="Kind">The endpoint.</param>
/// <param name="Id">Id of the answer, the same in every chunk.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Fingerprint"><c>system_fingerprint</c>.</param>
/// <param name="Prompts">Token ids of the prompt of each choice that is generated.</param>
/// <param name="PromptTokens">Tokens of the distinct prompts: one that several choices share counts once.</param>
/// <param name="Choices">How many choices per prompt.</param>
/// <param name="Report">What is reported besides the text.</param>
/// <param name="Delivery">How it is delivered.</param>
/// <param name="Tokens">Tokens as text.</param>
/// <param name="SkipSpecialTokens">Control tokens are left out of texts.</param>
internal sealed record AnswerHead(
    ApiKind Kind,
    string Id,
    long Created,
    string Model,
    string Fingerprint,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    int PromptTokens,
    ChoiceCount Choices,
    ReportOptions Report,
    StreamOptions Delivery,
    TokenTexts Tokens,
    bool SkipSpecialTokens)
{
    /// <summary>What to look for in the outputs; null when all of them is content.</summary>
    public OutputSyntax? Syntax { get; init; }

    /// <summary>The request names the function that is called: such an answer ends in a stop, as at OpenAI.</summary>
    public bool IsCallNamed { get; init; }

    /// <summary>Answer by server-sent events.</summary>
    public bool Stream => Delivery.Stream;
}
