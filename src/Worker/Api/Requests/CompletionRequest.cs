using Godwit.Worker.Sampling;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Requests;

/// <summary>A request to either endpoint, checked and tokenized; what the client left open is still open.</summary>
/// <param name="Kind">The endpoint.</param>
/// <param name="Prompts">Token ids of each prompt: at least one token, and room for at least one more if one is to be generated.</param>
/// <param name="Choices">How many choices per prompt.</param>
/// <param name="Sampling">How to draw, but for the seed.</param>
/// <param name="Report">What is reported besides the text.</param>
/// <param name="Delivery">How it is delivered.</param>
/// <param name="Seed">The client's seed.</param>
/// <param name="Priority">Scheduling priority.</param>
/// <param name="CacheSalt">Only requests with the same salt share blocks of the prefix cache; empty when the client gave none.</param>
/// <param name="Constraint">What the output must be, not compiled yet; null = anything.</param>
internal sealed record CompletionRequest(
    ApiKind Kind,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    ChoiceCount Choices,
    SamplingParams Sampling,
    ReportOptions Report,
    StreamOptions Delivery,
    long? Seed,
    int Priority,
    string CacheSalt,
    RequestedConstraint? Constraint)
{
    /// <summary>What to look for in the output of a chat; null when all of it is content.</summary>
    public OutputSyntax? Syntax { get; init; }

    /// <summary>The request names the function that is to be called.</summary>
    public bool IsCallNamed { get; init; }
}
