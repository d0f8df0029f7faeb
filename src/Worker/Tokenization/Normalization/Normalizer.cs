namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>One step that rewrites well-formed text before it is split; immutable.</summary>
internal abstract class Normalizer
{
    public abstract TracedText Apply(TracedText text);
}
