namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>One step that rewrites text before it is split; immutable.</summary>
internal abstract class Normalizer
{
    public abstract string Apply(string text);
}
