namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Where SentencePiece's dummy prefix goes; names as in <c>tokenizer.json</c>, lower-cased there.</summary>
internal enum PrependScheme
{
    /// <summary>Before every piece between added tokens.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,

    /// <summary>Only before the piece the input starts with.</summary>
    First,
}
