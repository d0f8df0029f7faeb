namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>A stretch of text on its way to the model.</summary>
/// <param name="Text">The characters.</param>
/// <param name="AtStart">True when nothing of the input lies before it.</param>
internal readonly record struct TextPiece(ReadOnlyMemory<char> Text, bool AtStart);
