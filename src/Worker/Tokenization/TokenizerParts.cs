using Godwit.Worker.Tokenization.AddedTokens;
using Godwit.Worker.Tokenization.Bpe;
using Godwit.Worker.Tokenization.Decoding;
using Godwit.Worker.Tokenization.Normalization;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tokenization;

/// <summary>A <c>tokenizer.json</c>, section by section.</summary>
internal sealed record TokenizerParts(
    AddedToken[] AddedTokens,
    Normalizer[] Normalizers,
    PreTokenizer[] PreTokenizers,
    BpeModel Model,
    SpecialTokenTemplate Template,
    DecoderRules Decoder);
