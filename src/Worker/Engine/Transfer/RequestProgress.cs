namespace Godwit.Worker.Engine.Transfer;

/// <summary>How a request stands between two steps.</summary>
/// <param name="Priority">Scheduling priority, lower is sooner.</param>
/// <param name="IsMovable">
/// Whether it may be parked and adopted elsewhere. Not: embeddings, requests that score their prompt or sample nothing, those that must be
/// alone, and those of whose prompts one is not computed yet.
/// </param>
/// <param name="IsParked">Whether it is parked.</param>
/// <param name="Choices">Its choices by index, those that are over included.</param>
/// <param name="Pin">Holds all full blocks of <paramref name="Choices"/>, if that was asked for.</param>
internal sealed record RequestProgress(
    int Priority, bool IsMovable, bool IsParked, IReadOnlyList<ChoiceState> Choices, BlockPin? Pin);
