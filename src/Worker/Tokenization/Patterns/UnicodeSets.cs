using System.Globalization;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>
/// The sets of code points that patterns and pre-tokenizers name, from the general categories of the runtime (which are compiled in,
/// so that they are the same on every host).
/// </summary>
internal static class UnicodeSets
{
    // Alphabetic symbols: circled and squared letters. The only characters of \w that no general category gives.
    private static readonly CodePointSet AlphabeticSymbols =
        CodePointSet.OfRanges((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189));

    private static readonly Lazy<CodePointSet[]> ByCategory = new(ReadCategories);

    // In the order of UnicodeCategory.
    private static readonly string[] ShortNames =
    [
        "lu", "ll", "lt", "lm", "lo", "mn", "mc", "me", "nd", "nl", "no", "zs", "zl", "zp", "cc",
        "cf", "cs", "co", "pc", "pd", "ps", "pe", "pi", "pf", "po", "sm", "sc", "sk", "so", "cn",
    ];

    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["letter"] = "l",
        ["uppercaseletter"] = "lu",
        ["lowercaseletter"] = "ll",
        ["titlecaseletter"] = "lt",
        ["modifierletter"] = "lm",
        ["otherletter"] = "lo",
        ["mark"] = "m",
        ["nonspacingmark"] = "mn",
        ["spacingmark"] = "mc",
        ["enclosingmark"] = "me",
        ["number"] = "n",
        ["decimalnumber"] = "nd",
        ["letternumber"] = "nl",
        ["othernumber"] = "no",
        ["punctuation"] = "p",
        ["symbol"] = "s",
        ["mathsymbol"] = "sm",
        ["currencysymbol"] = "sc",
        ["modifiersymbol"] = "sk",
        ["othersymbol"] = "so",
        ["separator"] = "z",
        ["spaceseparator"] = "zs",
        ["other"] = "c",
        ["control"] = "cc",
        ["format"] = "cf",
    };

    /// <summary>The property White_Space.</summary>
    public static CodePointSet WhiteSpace { get; } = CodePointSet.OfRanges(
        (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000));

    public static CodePointSet HexDigits { get; } = CodePointSet.OfRanges(('0', '9'), ('A', 'F'), ('a', 'f'));

    public static CodePointSet Digits => Category(UnicodeCategory.DecimalDigitNumber);

    /// <summary>Marks of every kind: <c>\p{M}</c>.</summary>
    public static CodePointSet Marks { get; } = GeneralCategory("m")!;

    /// <summary>Alphabetic characters, marks, decimal digits and connecting punctuation: <c>[\w]</c> of Oniguruma.</summary>
    public static CodePointSet Word { get; } = CodePointSet.Union(
        GeneralCategory("l")!, Marks, GeneralCategory("nd")!, GeneralCategory("nl")!, GeneralCategory("pc")!, AlphabeticSymbols);

    /// <summary>
    /// <c>\w</c> and <c>\b</c> of Oniguruma outside brackets: there the superscripts and fractions of Latin-1 are words too.
    /// </summary>
    public static CodePointSet WordOutsideClass { get; } =
        CodePointSet.Union(Word, CodePointSet.OfRanges((0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)));

    /// <summary><c>\w</c> of Rust's regex crate, by which added tokens know words: with the two joiners.</summary>
    public static CodePointSet RustWord { get; } = CodePointSet.Union(Word, CodePointSet.OfRanges((0x200C, 0x200D)));

    public static CodePointSet Category(UnicodeCategory category) => ByCategory.Value[(int)category];

    /// <summary>The set of a property name as <c>\p{…}</c> writes it; null when it is not known here.</summary>
    public static CodePointSet? Property(string name)
    {
        string key = string.Concat(name.Where(c => c is not (' ' or '_' or '-'))).ToLowerInvariant();
        return key switch
        {
            "any" => CodePointSet.All,
            "ascii" => CodePointSet.OfRanges((0, 0x7F)),
            "space" or "whitespace" => WhiteSpace,
            "digit" => Digits,
            "word" => Word,
            _ => GeneralCategory(LongNames.GetValueOrDefault(key, key)),
        };
    }

    /// <summary>The set of a POSIX bracket such as <c>[:digit:]</c>; null when it is not known here.</summary>
    public static CodePointSet? Posix(string name) => name switch
    {
        "ascii" => CodePointSet.OfRanges((0, 0x7F)),
        "blank" => CodePointSet.Union(Category(UnicodeCategory.SpaceSeparator), CodePointSet.Of('\t')),
        "cntrl" => Category(UnicodeCategory.Control),
        "digit" => Digits,
        "punct" => CodePointSet.Union(GeneralCategory("p")!, GeneralCategory("s")!),
        "space" => WhiteSpace,
        "word" => Word,
        "xdigit" => HexDigits,
        _ => null,
    };

    // "l" is the union of "lu", "ll", …
    private static CodePointSet? GeneralCategory(string name) => name.Length is 1 or 2 && ShortNames.Any(code => code.StartsWith(name, StringComparison.Ordinal))
        ? CodePointSet.Union(ByCategory.Value.Where((_, category) => ShortNames[category].StartsWith(name, StringComparison.Ordinal)))
        : null;

    private static CodePointSet[] ReadCategories()
    {
        var ranges = new List<(int First, int Last)>[ShortNames.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = [];
        }

        int first = 0;
        UnicodeCategory current = CharUnicodeInfo.GetUnicodeCategory(0);
        for (int codePoint = 1; codePoint <= CodePointSet.Highest + 1; codePoint++)
        {
            UnicodeCategory? next = codePoint <= CodePointSet.Highest ? CharUnicodeInfo.GetUnicodeCategory(codePoint) : null;
            if (next != current)
            {
                ranges[(int)current].Add((first, codePoint - 1));
                first = codePoint;
                current = next ?? current;
            }
        }

        return [.. ranges.Select(list => CodePointSet.OfRanges(list))];
    }
}
