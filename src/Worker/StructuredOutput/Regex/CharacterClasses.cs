using System.Collections.Concurrent;
using System.Globalization;
using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>Named sets of characters, as ECMA-262 defines them (without the <c>i</c> flag).</summary>
internal static class CharacterClasses
{
    // Unicode's data never changes while a program runs; each category is gathered once.
    private static readonly ConcurrentDictionary<string, CodePointSet> Gathered = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L",
        ["Uppercase_Letter"] = "Lu",
        ["Lowercase_Letter"] = "Ll",
        ["Titlecase_Letter"] = "Lt",
        ["Cased_Letter"] = "LC",
        ["Modifier_Letter"] = "Lm",
        ["Other_Letter"] = "Lo",
        ["Mark"] = "M",
        ["Combining_Mark"] = "M",
        ["Nonspacing_Mark"] = "Mn",
        ["Spacing_Mark"] = "Mc",
        ["Enclosing_Mark"] = "Me",
        ["Number"] = "N",
        ["Decimal_Number"] = "Nd",
        ["digit"] = "Nd",
        ["Letter_Number"] = "Nl",
        ["Other_Number"] = "No",
        ["Punctuation"] = "P",
        ["punct"] = "P",
        ["Connector_Punctuation"] = "Pc",
        ["Dash_Punctuation"] = "Pd",
        ["Open_Punctuation"] = "Ps",
        ["Close_Punctuation"] = "Pe",
        ["Initial_Punctuation"] = "Pi",
        ["Final_Punctuation"] = "Pf",
        ["Other_Punctuation"] = "Po",
        ["Symbol"] = "S",
        ["Math_Symbol"] = "Sm",
        ["Currency_Symbol"] = "Sc",
        ["Modifier_Symbol"] = "Sk",
        ["Other_Symbol"] = "So",
        ["Separator"] = "Z",
        ["Space_Separator"] = "Zs",
        ["Line_Separator"] = "Zl",
        ["Paragraph_Separator"] = "Zp",
        ["Other"] = "C",
        ["Control"] = "Cc",
        ["cntrl"] = "Cc",
        ["Format"] = "Cf",
        ["Private_Use"] = "Co",
        ["Unassigned"] = "Cn",
    };

    // In the order of UnicodeCategory.
    private static readonly string[] Categories =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe",
        "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary><c>\d</c>.</summary>
    public static CodePointSet Digit { get; } = CodePointSet.Of(('0', '9'));

    /// <summary><c>\w</c>.</summary>
    public static CodePointSet Word { get; } = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary><c>\s</c>: white space and line ends.</summary>
    public static CodePointSet Space { get; } = CodePointSet.Of(
        (0x09, 0x0D), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
        (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    /// <summary><c>.</c>: all but line ends.</summary>
    public static CodePointSet Dot { get; } = CodePointSet.Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement();

    /// <summary><c>\p{…}</c> for general categories; null for any other property.</summary>
    public static CodePointSet? Property(string name)
    {
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            if (name[..equals] is not ("gc" or "General_Category"))
            {
                return null;
            }

            name = name[(equals + 1)..];
        }

        return name switch
        {
            "Any" => CodePointSet.All,
            "ASCII" => CodePointSet.Of((0, 0x7F)),
            _ => Category(LongNames.GetValueOrDefault(name, name)),
        };
    }

    private static CodePointSet? Category(string shortName)
    {
        bool known = shortName == "LC" || Categories.Any(c => c == shortName || (shortName.Length == 1 && c[0] == shortName[0]));
        return known ? Gathered.GetOrAdd(shortName, Gather) : null;
    }

    private static CodePointSet Gather(string shortName)
    {
        var ranges = new List<(int, int)>();
        int start = -1;
        for (int cp = 0; cp <= CodePointSet.Max + 1; cp++)
        {
            bool inside = cp <= CodePointSet.Max && IsIn(Categories[(int)CharUnicodeInfo.GetUnicodeCategory(cp)], shortName);
            if (inside && start < 0)
            {
                start = cp;
            }
            else if (!inside && start >= 0)
            {
                ranges.Add((start, cp - 1));
                start = -1;
            }
        }

        return CodePointSet.Of(ranges);
    }

    private static bool IsIn(string category, string name) =>
        category == name || (name.Length == 1 && category[0] == name[0]) || (name == "LC" && category is "Lu" or "Ll" or "Lt" && name == "LC");
}
