using System.Text;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Rewrites each character by itself, whatever stands around it.</summary>
/// <param name="map">What a character becomes: null to keep it, empty to leave it out.</param>
internal sealed class CharacterNormalizer(Func<Rune, string?> map) : Normalizer
{
    /// <summary>Small letters for capital ones, without regard to language or place.</summary>
    public static CharacterNormalizer Lowercase { get; } = new(Lower);

    /// <summary>Leaves out marks; they stand by themselves only in decomposed text.</summary>
    public static CharacterNormalizer StripAccents { get; } =
        new(rune => UnicodeSets.Marks.Contains(rune.Value) ? string.Empty : null);

    /// <summary>SentencePiece's first cleaning: no control characters, every kind of space is a space.</summary>
    public static CharacterNormalizer Nmt { get; } = new(rune => rune.Value switch
    {
        (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => string.Empty,
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => " ",
        _ => null,
    });

    /// <summary>UTF-8 bytes, each written as the character that stands for it.</summary>
    public static CharacterNormalizer ByteLevel { get; } = new(rune =>
    {
        if (rune.Value is > ' ' and < 0x7F)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[4];
        Span<char> mapped = stackalloc char[4];
        int count = rune.EncodeToUtf8(bytes);
        for (int i = 0; i < count; i++)
        {
            mapped[i] = ByteLevelAlphabet.ToChar(bytes[i]);
        }

        return mapped[..count].ToString();
    });

    public override TracedText Apply(TracedText text)
    {
        var rewriter = new TextRewriter(text);
        int kept = 0;
        int position = 0;
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            int end = position + rune.Utf16SequenceLength;
            if (map(rune) is { } content)
            {
                rewriter.Keep(kept, position);
                rewriter.Put(content, position, end);
                kept = end;
            }

            position = end;
        }

        if (kept == 0)
        {
            return text;
        }

        rewriter.Keep(kept, position);
        return rewriter.Finish();
    }

    private static string? Lower(Rune rune)
    {
        if (rune.Value == 0x130)
        {
            // The only capital whose small letter is two characters.
            return "i\u0307";
        }

        Rune lower = Rune.ToLowerInvariant(rune);
        return lower == rune ? null : lower.ToString();
    }
}
