namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Arithmetic (de)composition of Hangul syllables, The Unicode Standard §3.12.</summary>
internal static class Hangul
{
    private const int SyllableBase = 0xAC00;
    private const int LeadingBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailingBase = 0x11A7;
    private const int LeadingCount = 19;
    private const int VowelCount = 21;
    private const int TrailingCount = 28;
    private const int SyllableCount = LeadingCount * VowelCount * TrailingCount;

    public static bool IsSyllable(int codePoint) => (uint)(codePoint - SyllableBase) < SyllableCount;

    public static bool IsVowelOrTrailing(int codePoint) =>
        (uint)(codePoint - VowelBase) < VowelCount || IsTrailing(codePoint);

    /// <summary>The jamo of a syllable; <c>Trailing</c> is -1 when it has none.</summary>
    public static (int Leading, int Vowel, int Trailing) Decompose(int syllable)
    {
        int index = syllable - SyllableBase;
        int trailing = index % TrailingCount;
        return (
            LeadingBase + (index / (VowelCount * TrailingCount)),
            VowelBase + (index / TrailingCount % VowelCount),
            trailing == 0 ? -1 : TrailingBase + trailing);
    }

    public static bool TryCompose(int first, int second, out int composed)
    {
        int leading = first - LeadingBase;
        int vowel = second - VowelBase;
        if ((uint)leading < LeadingCount && (uint)vowel < VowelCount)
        {
            composed = SyllableBase + (((leading * VowelCount) + vowel) * TrailingCount);
            return true;
        }

        composed = first + second - TrailingBase;
        return IsSyllable(first) && (first - SyllableBase) % TrailingCount == 0 && IsTrailing(second);
    }

    // TrailingBase itself stands for "no trailing consonant".
    private static bool IsTrailing(int codePoint) => codePoint is > TrailingBase and < TrailingBase + TrailingCount;
}
