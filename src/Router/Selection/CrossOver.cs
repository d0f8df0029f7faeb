namespace Godwit.Router.Selection;

/// <summary>The weight of a goal at which another expert is chosen.</summary>
/// <param name="Goal">Index of the goal.</param>
/// <param name="Weight">The weight.</param>
/// <param name="Candidate">Index of who is chosen then.</param>
internal readonly record struct CrossOver(int Goal, double Weight, int Candidate);
