using System.Globalization;
using System.Text;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>
/// .NET's regular expressions see UTF-16 units, so that <c>\p{L}</c> never matches a letter beyond U+FFFF. The shadow of a text has
/// one character for each of its code points: those beyond U+FFFF are stood in for by one of the same general category, rare enough
/// that no pattern names it.
/// </summary>
internal static class AstralShadow
{
    /// <summary>The shadow; as long as <paramref name="text"/> has code points.</summary>
    public static char[] Of(ReadOnlySpan<char> text)
    {
        var shadow = new char[text.Length];
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            shadow[length++] = rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune));
        }

        Array.Resize(ref shadow, length);
        return shadow;
    }

    /// <summary>The character that stands for a category.</summary>
    internal static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u0182',
        UnicodeCategory.LowercaseLetter => '\u0183',
        UnicodeCategory.TitlecaseLetter => '\u01C8',
        UnicodeCategory.ModifierLetter => '\uA60C',
        UnicodeCategory.OtherLetter => '\uA500',
        UnicodeCategory.NonSpacingMark => '\uA8E0',
        UnicodeCategory.SpacingCombiningMark => '\uA880',
        UnicodeCategory.EnclosingMark => '\uA670',
        UnicodeCategory.DecimalDigitNumber => '\uA620',
        UnicodeCategory.LetterNumber => '\uA6E6',
        UnicodeCategory.OtherNumber => '\uA830',
        UnicodeCategory.Format => '\u206A',
        UnicodeCategory.PrivateUse => '\uE000',
        UnicodeCategory.ConnectorPunctuation => '\u2054',
        UnicodeCategory.DashPunctuation => '\u1806',
        UnicodeCategory.OpenPunctuation => '\u0F3A',
        UnicodeCategory.ClosePunctuation => '\u0F3B',
        UnicodeCategory.InitialQuotePunctuation => '\u2E1C',
        UnicodeCategory.FinalQuotePunctuation => '\u2E1D',
        UnicodeCategory.OtherPunctuation => '\uA4FE',
        UnicodeCategory.MathSymbol => '\u2A00',
        UnicodeCategory.CurrencySymbol => '\uA838',
        UnicodeCategory.ModifierSymbol => '\uA700',
        UnicodeCategory.OtherSymbol => '\uA490',
        _ => '\uFDD0',
    };
}
