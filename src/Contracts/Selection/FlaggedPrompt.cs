namespace Godwit.Contracts.Selection;

/// <summary>A prompt and the flags that stood in it.</summary>
/// <param name="Text">The prompt without them; the very same string when there were none.</param>
/// <param name="Flags">What they say.</param>
public sealed record FlaggedPrompt(string Text, FlagReport Flags);
