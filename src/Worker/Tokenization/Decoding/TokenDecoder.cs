namespace Godwit.Worker.Tokenization.Decoding;

/// <summary>
/// A file's decoder, compiled: the bytes of every token, and what happens to the text they make. One token's bytes may hold half a
/// character; a <see cref="TextAssembler"/> puts them together. Any number of threads may use one.
/// </summary>
internal sealed class TokenDecoder
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;
    private readonly string?[] _texts;

    /// <param name="rules">What the decoder section says.</param>
    /// <param name="tokens">Text of every token by id; null where no token has the id.</param>
    public TokenDecoder(DecoderRules rules, string?[] tokens)
    {
        Rules = rules;
        _ends = new int[tokens.Length];
        _texts = new string?[tokens.Length];
        var bytes = new MemoryStream(8 * tokens.Length);
        for (int id = 0; id < tokens.Length; id++)
        {
            if (tokens[id] is { } token)
            {
                bytes.Write(rules.BytesOf(token));
            }

            _ends[id] = (int)bytes.Length;
        }

        _bytes = bytes.ToArray();
    }

    public DecoderRules Rules { get; }

    /// <summary>What a token adds to the text, in UTF-8; nothing for ids outside the vocabulary.</summary>
    public ReadOnlySpan<byte> BytesOf(int id) =>
        (uint)id < (uint)_ends.Length ? _bytes.AsSpan((id == 0 ? 0 : _ends[id - 1]).._ends[id]) : [];

    /// <summary>What a token of the vocabulary adds in the midst of a text, if that was kept; null = not yet.</summary>
    public string? FindText(int id) => _texts[id];

    /// <summary>Keeps what a token of the vocabulary adds in the midst of a text: always the same, so that races do no harm.</summary>
    public void KeepText(int id, string text) => _texts[id] = text;
}
