namespace Godwit.Training.Selection.Labels;

/// <summary>A prompt and how well each expert did on it.</summary>
/// <param name="Id">Where it comes from.</param>
/// <param name="Domain">Domain of its text; <c>a+b</c> if it is spliced of two.</param>
/// <param name="Split">What it is for.</param>
/// <param name="Variant">Its form.</param>
/// <param name="Text">The text that was compared on: the prompt, or as much of its beginning as every expert's context holds.</param>
/// <param name="Losses">Each expert's loss in nats per UTF-8 byte.</param>
internal sealed record LabelledPrompt(
    string Id, string Domain, string? Split, string Variant, string Text, IReadOnlyDictionary<string, double> Losses);
