namespace Godwit.Contracts.Selection;

/// <summary>With this goal at this weight, all else as it is, another expert would have been chosen.</summary>
/// <param name="Goal">One of <see cref="GoalNames"/>.</param>
/// <param name="Weight">The weight λ nearest to the one in force at which the choice changes.</param>
/// <param name="Model">Who would be chosen then.</param>
public sealed record Counterfactual(string Goal, double Weight, string Model);
