using System.Text;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.Decoding;

/// <summary>How tokens become text.</summary>
internal sealed record DecoderRules
{
    /// <summary>Token text is written in <see cref="ByteLevelAlphabet"/>.</summary>
    public bool ByteLevel { get; init; }

    /// <summary>A token like <c>&lt;0x0A&gt;</c> is that byte.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Replacements within each token, in order.</summary>
    public IReadOnlyList<(TextPattern From, string To)> Replacements { get; init; } = [];

    /// <summary>ASCII character taken off the start of the whole text…</summary>
    public byte StripCharacter { get; init; }

    /// <summary>…at most this often.</summary>
    public int StripCount { get; init; }

    /// <summary>Tokens are joined by a space: files without a decoder.</summary>
    public bool JoinWithSpace { get; init; }

    /// <summary>Metaspace: this character is left out of the text's first token, where it stands for no space; null elsewhere.</summary>
    public char? DroppedFromFirstToken { get; init; }

    /// <summary>The bytes a token stands for, wherever it stands.</summary>
    public byte[] BytesOf(string token)
    {
        foreach ((TextPattern from, string to) in Replacements)
        {
            token = from.Replace(token, to);
        }

        if (ByteFallback && TryByteToken(token, out byte value))
        {
            return [value];
        }

        if (!ByteLevel)
        {
            return Encoding.UTF8.GetBytes(token);
        }

        var bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            // Added tokens are plain text; one character outside the alphabet and the token is taken as it is.
            if (!ByteLevelAlphabet.TryToByte(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }

        return bytes;
    }

    private static bool TryByteToken(string token, out byte value)
    {
        value = 0;
        return token.Length == 6
            && token.StartsWith("<0x", StringComparison.Ordinal)
            && token[5] == '>'
            && Convert.FromHexString(token.AsSpan(3, 2), new Span<byte>(ref value), out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
