namespace Godwit.Worker.Engine;

/// <summary>Text that may be shown, and which token completed how much of it.</summary>
/// <param name="Text">The text; may be empty.</param>
/// <param name="Lengths">
/// Characters that each token completed, in order; their sum is the text's length. Tokens that belong to the stop have no entry.
/// </param>
internal readonly record struct ShownText(string Text, IReadOnlyList<int> Lengths);
