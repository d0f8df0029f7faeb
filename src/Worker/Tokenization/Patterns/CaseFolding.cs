using System.Globalization;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>
/// Which characters a case-insensitive pattern takes for one another, one for one, such as s, S and U+017F; from the embedded
/// <c>casefolding.txt</c>, since the runtime's own casing depends on the host.
/// </summary>
internal static class CaseFolding
{
    // Oniguruma also takes one character for several, such as U+00DF for "ss"; we do not. The pairs of ASCII that it may happen to.
    private static readonly string[] Ligatures = ["ss", "ff", "fi", "fl", "st"];

    private static readonly Lazy<int[][]> Classes = new(Read);

    /// <summary>The set, with every character that differs from one in it by case alone.</summary>
    public static CodePointSet Close(CodePointSet set) =>
        CodePointSet.Union(Classes.Value.Where(alike => alike.Any(set.Contains)).SelectMany(alike => alike).Select(CodePointSet.Of).Append(set));

    /// <summary>True when the two characters in a row may stand for a single one.</summary>
    public static bool MayBeOne(int first, int second) =>
        Ligatures.Any(pair => IsAlike(first, pair[0]) && IsAlike(second, pair[1]))
            || (first is >= 0x531 and <= 0x587 && second is >= 0x531 and <= 0x587)
            || second is 0x399 or 0x3B9 or 0x307 or 0x308 or 0x30A or 0x30C or 0x313 or 0x331 or 0x342 or 0x345 or 0x2BE
            || (first == 0x2BC && IsAlike(second, 'n'));

    /// <summary>True when the character may stand for several.</summary>
    public static bool MayBeMany(int codePoint) =>
        codePoint is 0xDF or 0x130 or 0x149 or 0x1F0 or 0x390 or 0x3B0 or 0x587 or 0x1E9E
            or (>= 0x1E96 and <= 0x1E9A) or (>= 0x1F50 and <= 0x1FFC) or (>= 0xFB00 and <= 0xFB17);

    private static bool IsAlike(int codePoint, char letter) => Close(CodePointSet.Of(letter)).Contains(codePoint);

    private static int[][] Read()
    {
        using var reader = new StreamReader(typeof(CaseFolding).Assembly.GetManifestResourceStream("Godwit.Worker.casefolding.txt")!);
        var classes = new List<int[]>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                classes.Add([.. line.Split(' ').Select(digits => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))]);
            }
        }

        return [.. classes];
    }
}
