namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Puts a prefix before every text that is not empty: SentencePiece's dummy prefix.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        if (text.Text.Length == 0)
        {
            return text;
        }

        var rewriter = new TextRewriter(text);
        rewriter.Put(prefix, 0, 0);
        rewriter.Keep(0, text.Text.Length);
        return rewriter.Finish();
    }
}
