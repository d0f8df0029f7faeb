using System.Text;
using Godwit.Worker.Tokenization.AddedTokens;
using Godwit.Worker.Tokenization.Bpe;
using Godwit.Worker.Tokenization.Decoding;
using Godwit.Worker.Tokenization.Normalization;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tokenization;

/// <summary>
/// Text to token ids and back, from a Hugging Face <c>tokenizer.json</c>: cut at added tokens, normalize, split, byte-pair encode.
/// Immutable: any number of threads may use one.
/// </summary>
internal sealed class Tokenizer
{
    private readonly AddedTokenMatcher _rawTokens;
    private readonly AddedTokenMatcher _normalizedTokens;
    private readonly Normalizer[] _normalizers;
    private readonly PreTokenizer[] _preTokenizers;
    private readonly BpeModel _model;
    private readonly SpecialTokenTemplate _template;
    private readonly string?[] _tokens;
    private readonly Dictionary<string, int> _addedIds;
    private readonly HashSet<int> _specialIds;
    private readonly HashSet<int> _controlIds;

    /// <param name="parts">What the file's sections say.</param>
    internal Tokenizer(TokenizerParts parts)
    {
        _normalizers = parts.Normalizers;
        _preTokenizers = parts.PreTokenizers;
        _model = parts.Model;
        _template = parts.Template;
        _controlIds = parts.ControlTokens;

        // Special ones first: of two that are written alike once normalized the first counts.
        AddedToken[] added = [.. parts.AddedTokens.OrderByDescending(t => t.Special)];
        _rawTokens = new AddedTokenMatcher(added.Where(t => !t.Normalized).Select(t => (t.Content, t)), _controlIds);
        _normalizedTokens = new AddedTokenMatcher(
            added.Where(t => t.Normalized).Select(t => (Normalize(new TracedText(t.Content, null, true)).Text, t)), _controlIds);
        _addedIds = parts.AddedTokens.GroupBy(t => t.Content).ToDictionary(g => g.Key, g => g.Last().Id, StringComparer.Ordinal);
        _specialIds = [.. parts.AddedTokens.Where(t => t.Special).Select(t => t.Id)];
        _tokens = parts.Tokens;
        Decoder = new TokenDecoder(parts.Decoder, _tokens);
    }

    /// <summary>Highest id + 1.</summary>
    public int VocabularySize => _tokens.Length;

    /// <summary>The bytes of every token.</summary>
    internal TokenDecoder Decoder { get; }

    /// <summary>Reads <c>tokenizer.json</c> in a model's folder.</summary>
    /// <exception cref="InvalidDataException">It is missing, malformed, or asks for what is not supported: one line says which file and what.</exception>
    public static Tokenizer Load(string directory) => TokenizerReader.Read(Path.Combine(directory, "tokenizer.json"));

    /// <summary>The ids of a text. Added tokens in it become their ids, whoever wrote them; half surrogate pairs count as U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Put the model's special tokens (beginning of sequence, …) around it.</param>
    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens) =>
        Encode(new TracedText(WellFormed(text), null, true), addSpecialTokens);

    /// <summary>
    /// The ids of a text in part typed by a user. Where no control token is typed, the very ids of the text without marks; one that
    /// lies in a plain stretch or reaches into it is text, whether written out, put together by normalization or by merges.
    /// </summary>
    /// <param name="text">Any text with its plain stretches.</param>
    /// <param name="addSpecialTokens">Put the model's special tokens (beginning of sequence, …) around it.</param>
    public IReadOnlyList<int> Encode(MarkedText text, bool addSpecialTokens) =>
        Encode(new TracedText(WellFormed(text.Text), text.Plain, true), addSpecialTokens);

    /// <summary>The text of ids. Ids outside the vocabulary give nothing, broken UTF-8 gives U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var text = new StringBuilder(4 * ids.Length);
        var assembler = new TextAssembler(this, skipSpecialTokens);
        foreach (int id in ids)
        {
            assembler.Append(id, text);
        }

        assembler.Flush(text);
        return text.ToString();
    }

    /// <summary>The id of a token's exact text in the vocabulary, null when it has none.</summary>
    public int? TokenToId(string token) =>
        _addedIds.TryGetValue(token, out int id) || _model.TryFind(token, out id) ? id : null;

    /// <summary>A token as the vocabulary writes it (for text use <see cref="Decode"/>); empty for ids outside the vocabulary.</summary>
    public string IdToToken(int id) => Contains(id) ? _tokens[id]! : string.Empty;

    /// <summary>True when a token has this id; there may be holes below <see cref="VocabularySize"/>.</summary>
    public bool Contains(int id) => (uint)id < (uint)_tokens.Length && _tokens[id] is not null;

    /// <summary>True for tokens that are left out of a text when special tokens are skipped.</summary>
    public bool IsSpecial(int id) => _specialIds.Contains(id);

    /// <summary>True for tokens that plain text cannot write: the special ones, and others that steer the model.</summary>
    public bool IsControl(int id) => _controlIds.Contains(id);

    private static string WellFormed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        var repaired = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            repaired.Append(rune);
        }

        return repaired.ToString();
    }

    private List<int> Encode(TracedText text, bool addSpecialTokens)
    {
        var ids = new List<int>((text.Text.Length / 3) + 8);
        var scratch = new BpeWord();
        if (addSpecialTokens)
        {
            ids.AddRange(_template.Before);
        }

        foreach (TextSegment segment in _rawTokens.Split(text))
        {
            if (segment.TokenId is { } id)
            {
                ids.Add(id);
            }
            else
            {
                EncodeNormalized(text.Slice(segment.Start, segment.Length), scratch, ids);
            }
        }

        if (addSpecialTokens)
        {
            ids.AddRange(_template.After);
        }

        return ids;
    }

    private TracedText Normalize(TracedText text)
    {
        foreach (Normalizer normalizer in _normalizers)
        {
            text = normalizer.Apply(text);
        }

        return text;
    }

    private void EncodeNormalized(TracedText text, BpeWord scratch, List<int> ids)
    {
        TracedText normalized = Normalize(text);
        foreach (TextSegment part in _normalizedTokens.Split(normalized))
        {
            if (part.TokenId is { } id)
            {
                ids.Add(id);
                continue;
            }

            bool plain = normalized.AnyPlain(part.Start, part.Start + part.Length);
            ReadOnlyMemory<char> partText = normalized.Text.AsMemory(part.Start, part.Length);
            foreach (TextPiece piece in PreTokenize(new TextPiece(partText, normalized.FromStart && part.Start == 0)))
            {
                _model.Tokenize(piece.Text.Span, plain, scratch, ids);
            }
        }
    }

    private List<TextPiece> PreTokenize(TextPiece whole)
    {
        List<TextPiece> pieces = [whole];
        foreach (PreTokenizer step in _preTokenizers)
        {
            var next = new List<TextPiece>(pieces.Count);
            foreach (TextPiece piece in pieces)
            {
                step.Apply(piece, next);
            }

            pieces = next;
        }

        return pieces;
    }
}
