using Godwit.Worker.Tokenization.AddedTokens;
using Godwit.Worker.Tokenization.Bpe;
using Godwit.Worker.Tokenization.Decoding;
using Godwit.Worker.Tokenization.Normalization;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tokenization;

/// <summary>A <c>tokenizer.json</c>, section by section.</summary>
/// <param name="AddedTokens">Tokens found in the text before the model runs, in the file's order.</param>
/// <param name="Normalizers">Steps that rewrite text.</param>
/// <param name="PreTokenizers">Steps that split it.</param>
/// <param name="Model">Words to ids.</param>
/// <param name="Template">Special tokens around a text.</param>
/// <param name="Decoder">How ids become text.</param>
/// <param name="Tokens">Every token's text by id; null where no token has the id.</param>
/// <param name="ControlTokens">Ids of the tokens that plain text cannot write.</param>
internal sealed record TokenizerParts(
    AddedToken[] AddedTokens,
    Normalizer[] Normalizers,
    PreTokenizer[] PreTokenizers,
    BpeModel Model,
    SpecialTokenTemplate Template,
    DecoderRules Decoder,
    string?[] Tokens,
    HashSet<int> ControlTokens);
