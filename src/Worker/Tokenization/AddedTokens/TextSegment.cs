namespace Godwit.Worker.Tokenization.AddedTokens;

/// <summary>A stretch of text that is an added token, or has none in it.</summary>
/// <param name="Text">The characters, with white space the token swallowed.</param>
/// <param name="Start">Where they begin in the text searched.</param>
/// <param name="TokenId">The added token, null for plain text.</param>
internal readonly record struct TextSegment(ReadOnlyMemory<char> Text, int Start, int? TokenId);
