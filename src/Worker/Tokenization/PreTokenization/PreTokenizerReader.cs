using System.Text.Json;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Makes the splitting steps from the file's <c>pre_tokenizer</c> section, nested sequences flattened.</summary>
internal static class PreTokenizerReader
{
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
        string replacement = element.RequiredString("replacement");
        if (replacement.Length != 1)
        {
            throw new InvalidDataException("Metaspace 'replacement' must be one character");
        }

        // Files older than prepend_scheme say only whether there is a prefix.
        string fallback = element.Flag("add_prefix_space", fallback: true) ? "always" : "never";
        string scheme = element.Optional("prepend_scheme")?.AsString("prepend_scheme") ?? fallback;
        return (replacement[0], scheme switch
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
                SplitBehavior digits = element.Flag("individual_digits", fallback: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous;
                steps.Add(new SplitPreTokenizer(TextPattern.FromRegex(@"\p{N}"), digits, invert: false));
                break;
            case var name:
                throw new InvalidDataException(
                    $"pre-tokenizer '{name}' is not supported (Split, ByteLevel, Metaspace, Digits and Sequence are)");
        }
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
            _ => throw new InvalidDataException($"Split 'behavior' '{name}' is not supported"),
        };
    }
}
