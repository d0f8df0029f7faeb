namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Takes white space off the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        string all = text.Text;
        int start = left ? all.Length - all.AsSpan().TrimStart().Length : 0;
        int end = right ? all.AsSpan().TrimEnd().Length : all.Length;
        return text.Slice(start, Math.Max(0, end - start));
    }
}
