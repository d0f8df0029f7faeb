using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>A request as the engine takes it: one sequence per entry of <paramref name="Prompts"/>, all with the same sampling.</summary>
/// <param name="Id">Request id.</param>
/// <param name="Prompts">Token ids of each choice's prompt, at least one token each, shorter than the context.</param>
/// <param name="Sampling">How to draw and when to stop.</param>
/// <param name="Priority">Scheduling priority, lower is sooner.</param>
internal sealed record GenerationRequest(
    string Id,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    SamplingParams Sampling,
    int Priority = 0);
