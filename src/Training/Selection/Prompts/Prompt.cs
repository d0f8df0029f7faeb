namespace Godwit.Training.Selection.Prompts;

/// <summary>A prompt that experts are compared on; a line of a prompt file.</summary>
/// <param name="Id">Where it comes from. Copies in another form have the same one.</param>
/// <param name="Domain">Domain of its text; <c>a+b</c> if it is spliced of two.</param>
/// <param name="Split">What it is for, see <see cref="PromptSplits"/>.</param>
/// <param name="Variant">Its form, see <see cref="PromptVariants"/>.</param>
/// <param name="Text">The prompt.</param>
internal sealed record Prompt(string Id, string Domain, string Split, string Variant, string Text);
