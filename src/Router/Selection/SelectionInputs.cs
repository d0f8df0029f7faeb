using Godwit.Contracts.Selection;

namespace Godwit.Router.Selection;

/// <summary>Everything that a selection depends on; the same inputs give the same choice.</summary>
/// <param name="Request">
/// What the request demands. Its prompt is not looked at, and its goals and preset are in <paramref name="Weights"/>.
/// </param>
/// <param name="Candidates">The experts.</param>
/// <param name="Weights">Weights λ of the goals.</param>
/// <param name="ByLossAlone">The conversation so far and doubts do not count: preset <c>best</c>.</param>
/// <param name="IsOutOfDomain">The prompt is unlike all that the router was trained on.</param>
/// <param name="Settings">How all of it is weighed.</param>
internal sealed record SelectionInputs(
    SelectRequest Request,
    IReadOnlyList<Candidate> Candidates,
    GoalWeights Weights,
    bool ByLossAlone,
    bool IsOutOfDomain,
    SelectionSettings Settings);
