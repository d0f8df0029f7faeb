using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Engine;

/// <summary>A request as the engine takes it: for each prompt so many choices, all with the same sampling.</summary>
/// <param name="Id">Request id.</param>
/// <param name="Prompts">Token ids of each prompt, at least one token each, shorter than the context.</param>
/// <param name="Sampling">How to draw and when to stop.</param>
/// <param name="Priority">Scheduling priority, lower is sooner.</param>
/// <param name="ChoicesPerPrompt">Choice i of prompt p has the index p · ChoicesPerPrompt + i.</param>
/// <param name="CacheSalt">Only requests with the same salt share blocks of the prefix cache.</param>
/// <param name="Constraint">What the text of every choice must be; null = anything.</param>
/// <param name="Pooling">Set when the prompts' embeddings are wanted, and nothing is to be sampled.</param>
/// <param name="Arrived">Timestamp of when it was read; null: now.</param>
/// <param name="Outputs">
/// Tokens sampled already elsewhere, per choice: they are taken as if they were sampled now, and give the same outputs from index 0 on,
/// finish reasons included; a choice that they end is over. Null: none.
/// </param>
/// <param name="ReplayLogprobs">
/// The log-probabilities of these tokens are computed again, if the request wants any; else the outputs with such tokens carry none.
/// </param>
/// <param name="Alone">Nothing else runs beside it: it is suspected of breaking its worker.</param>
internal sealed record GenerationRequest(
    string Id,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    SamplingParams Sampling,
    int Priority = 0,
    int ChoicesPerPrompt = 1,
    string CacheSalt = "",
    CompiledConstraint? Constraint = null,
    Pooling? Pooling = null,
    long? Arrived = null,
    IReadOnlyList<IReadOnlyList<int>>? Outputs = null,
    bool ReplayLogprobs = false,
    bool Alone = false);
