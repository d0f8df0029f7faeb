using System.Text.Json;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Makes the splitting steps from the file's <c>pre_tokenizer</c> section, nested sequences flattened.</summary>
internal static class PreTokenizerReader
{
    private const string RustWord = @"[\w\u200C\u200D]";
    private const string AnySpace = @"\s";

    // General punctuation and the rest of ASCII's.
    private const string AnyPunctuation = @"[\p{P}$+<=>^`|~]";

    public static PreTokenizer[] Read(JsonElement? section)
    {
        var steps = new List<PreTokenizer>();
        if (section is { } element)
        {
            Collect(element, steps);
        }

        return [.. steps];
    }

    /// <summary>The scheme and character that a Metaspace pre-tokenizer and decoder share.</summary>
    public static (char Replacement, PrependScheme Scheme) ReadMetaspace(JsonElement element)
    {
        // Files older than prepend_scheme say only whether there is a prefix.
        string fallback = element.Flag("add_prefix_space", fallback: true) ? "always" : "never";
        string scheme = element.Optional("prepend_scheme")?.AsString("prepend_scheme") ?? fallback;
        return (ReadCharacter(element, "replacement"), scheme switch
        {
            "always" => PrependScheme.Always,
            "never" => PrependScheme.Never,
            "first" => PrependScheme.First,
            _ => throw new InvalidDataException($"Metaspace 'prepend_scheme' '{scheme}' is not supported"),
        });
    }

    private static void Collect(JsonElement element, List<PreTokenizer> steps)
    {
        switch (element.TypeName())
        {
            case "Sequence":
                foreach (JsonElement inner in element.Required("pretokenizers", JsonValueKind.Array).EnumerateArray())
                {
                    Collect(inner, steps);
                }

                break;
            case "Split":
                steps.Add(new SplitPreTokenizer(TextPattern.Read(element), ReadBehavior(element), element.Flag("invert", fallback: false)));
                break;
            case "ByteLevel":
                steps.Add(new ByteLevelPreTokenizer(
                    element.Flag("add_prefix_space", fallback: true),
                    element.Flag("use_regex", fallback: true)));
                break;
            case "Metaspace":
                (char replacement, PrependScheme scheme) = ReadMetaspace(element);
                steps.Add(new MetaspacePreTokenizer(replacement, scheme, element.Flag("split", fallback: true)));
                break;
            case "Digits":
                steps.Add(SplitAt(
                    @"\p{N}",
                    element.Flag("individual_digits", fallback: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous));
                break;
            case "Punctuation":
                steps.Add(SplitAt(AnyPunctuation, element.Optional("behavior") is null ? SplitBehavior.Isolated : ReadBehavior(element)));
                break;
            case "WhitespaceSplit":
                steps.Add(SplitAt(AnySpace, SplitBehavior.Removed));
                break;
            case "Whitespace":
                // Words as Rust's regex crate knows them, not Oniguruma.
                steps.Add(new SplitPreTokenizer(
                    TextPattern.FromRegex($@"{RustWord}+|[^\s{RustWord}]+"), SplitBehavior.Removed, invert: true));
                break;
            case "BertPreTokenizer":
                steps.Add(SplitAt(AnySpace, SplitBehavior.Removed));
                steps.Add(SplitAt(AnyPunctuation, SplitBehavior.Isolated));
                break;
            case "CharDelimiterSplit":
                steps.Add(new SplitPreTokenizer(
                    TextPattern.FromText(ReadCharacter(element, "delimiter").ToString()), SplitBehavior.Removed, invert: false));
                break;
            case var name:
                throw new InvalidDataException(
                    $"pre-tokenizer '{name}' is not supported (Split, ByteLevel, Metaspace, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit and Sequence are)");
        }
    }

    private static SplitPreTokenizer SplitAt(string pattern, SplitBehavior behavior) =>
        new(TextPattern.FromRegex(pattern), behavior, invert: false);

    private static char ReadCharacter(JsonElement element, string name)
    {
        string text = element.RequiredString(name);
        return text.Length == 1
            ? text[0]
            : throw new InvalidDataException($"{element.TypeName()} '{name}' must be one character, and not beyond U+FFFF");
    }

    private static SplitBehavior ReadBehavior(JsonElement element)
    {
        string name = element.RequiredString("behavior");
        return name switch
        {
            nameof(SplitBehavior.Removed) => SplitBehavior.Removed,
            nameof(SplitBehavior.Isolated) => SplitBehavior.Isolated,
            nameof(SplitBehavior.MergedWithPrevious) => SplitBehavior.MergedWithPrevious,
            nameof(SplitBehavior.MergedWithNext) => SplitBehavior.MergedWithNext,
            nameof(SplitBehavior.Contiguous) => SplitBehavior.Contiguous,
            _ => throw new InvalidDataException($"{element.TypeName()} 'behavior' '{name}' is not supported"),
        };
    }
}
