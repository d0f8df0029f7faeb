namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Puts a prefix before every text that is not empty: SentencePiece's dummy prefix.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override string Apply(string text) => text.Length == 0 ? text : prefix + text;
}
