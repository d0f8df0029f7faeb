using Godwit.Worker.Model;

namespace Godwit.CommandLine.Bench;

/// <summary>What <c>godwit bench engine</c> shall measure.</summary>
/// <param name="Model">The model, and how it is computed.</param>
/// <param name="Concurrency">Numbers of streams.</param>
/// <param name="PromptTokens">Tokens of each prompt.</param>
/// <param name="NewTokens">Tokens of each answer, at least 2.</param>
/// <param name="Rounds">Rounds; each measures all numbers of streams once.</param>
internal sealed record EngineBenchSettings(
    ModelOptions Model, IReadOnlyList<int> Concurrency, int PromptTokens, int NewTokens, int Rounds);
