using System.Text.RegularExpressions;

namespace Godwit.Training.Experts.Corpora;

/// <summary>
/// A text without the habits of its corpus: lower case, single spaces, none before a mark. What tells two domains apart in texts that have
/// been through this is what they say.
/// </summary>
internal static partial class TextNormalization
{
    /// <summary>The normalised copy of a text; line ends stay.</summary>
    public static string Normalize(string text)
    {
        string joined = HyphenMark().Replace(text, "$1");
        string spaced = Spaces().Replace(joined, " ");
        string closed = BeforeMark().Replace(AfterMark().Replace(spaced, "$1"), "$1");
        return Lines().Replace(closed, "\n").ToLowerInvariant().Trim();
    }

    // WikiText writes @-@, @,@ and @.@ for marks inside a word.
    [GeneratedRegex(@" @([-,.])@ ")]
    private static partial Regex HyphenMark();

    [GeneratedRegex(@"[ \t\u00A0]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" ([,.;:!?)\]}]|'s\b|n't\b)")]
    private static partial Regex BeforeMark();

    [GeneratedRegex(@"([(\[{]) ")]
    private static partial Regex AfterMark();

    [GeneratedRegex(@" *\n[ \n]*")]
    private static partial Regex Lines();
}
