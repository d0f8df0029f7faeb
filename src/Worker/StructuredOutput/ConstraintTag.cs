namespace Godwit.Worker.StructuredOutput;

/// <summary>A JSON value between two texts, of which a constraint may ask for several: a tool call, say.</summary>
/// <param name="Begin">The text before the value. Other tags may begin with the same text.</param>
/// <param name="Schema">The value's schema.</param>
/// <param name="End">The text behind the value.</param>
internal sealed record ConstraintTag(string Begin, string Schema, string End);
