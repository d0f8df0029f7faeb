namespace Godwit.Router.Selection;

/// <summary>A choice among the eligible.</summary>
/// <param name="Index">Index in the field of who is chosen; −1: nobody is eligible.</param>
/// <param name="Winner">Index of who has the lowest total.</param>
/// <param name="Reason">Why.</param>
/// <param name="Abstained">The generalist was chosen instead of the winner.</param>
internal readonly record struct SelectionChoice(int Index, int Winner, string Reason, bool Abstained = false);
