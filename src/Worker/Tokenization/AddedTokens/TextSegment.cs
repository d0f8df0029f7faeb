namespace Godwit.Worker.Tokenization.AddedTokens;

/// <summary>A stretch of text that is an added token, or has none in it.</summary>
/// <param name="Start">Where it begins in the text searched.</param>
/// <param name="Length">How long it is, with white space the token swallowed.</param>
/// <param name="TokenId">The added token, null for plain text.</param>
internal readonly record struct TextSegment(int Start, int Length, int? TokenId);
