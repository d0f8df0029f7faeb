using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override string Apply(string text) => pattern.Replace(text, content);
}
