namespace Godwit.Training.Selection.Labels;

/// <summary>What one expert made of one text; a line of the label file.</summary>
/// <param name="Prompt">SHA-256 of the text, 64 hex digits.</param>
/// <param name="Model">The expert.</param>
/// <param name="Digest">Its weights: other weights want other labels.</param>
/// <param name="Loss">Nats per UTF-8 byte; null: the text is longer than its context.</param>
internal sealed record Label(string Prompt, string Model, string Digest, double? Loss);
