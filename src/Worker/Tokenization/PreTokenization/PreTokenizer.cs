namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>One step that splits pieces, or rewrites them, before the model sees them; immutable.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Adds what <paramref name="piece"/> becomes to <paramref name="output"/>; empty pieces are left out.</summary>
    public abstract void Apply(TextPiece piece, List<TextPiece> output);
}
