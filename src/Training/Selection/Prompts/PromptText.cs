using System.Security.Cryptography;
using System.Text;

namespace Godwit.Training.Selection.Prompts;

/// <summary>Measures of a prompt's text. Losses are per UTF-8 byte, so lengths are too.</summary>
internal static class PromptText
{
    /// <summary>Its length in bytes.</summary>
    public static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>Its longest beginning of at most so many bytes that cuts no character in two.</summary>
    public static string Cut(string text, int bytes)
    {
        int length = 0, count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            count += rune.Utf8SequenceLength;
            if (count > bytes)
                return text[..length];
            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    /// <summary>SHA-256 of its bytes, 64 hex digits.</summary>
    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
