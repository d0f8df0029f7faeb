using System.Text.Json;
using Godwit.Worker.Tokenization.Patterns;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tokenization.Decoding;

/// <summary>Makes the rules from the file's <c>decoder</c> section.</summary>
internal static class DecoderReader
{
    public static DecoderRules Read(JsonElement? section)
    {
        if (section is not { } element)
        {
            return new DecoderRules { JoinWithSpace = true };
        }

        var steps = new List<JsonElement>();
        Flatten(element, steps);
        var rules = new DecoderRules();
        bool fused = false;
        foreach (JsonElement step in steps)
        {
            string name = step.TypeName();
            fused |= name == "Fuse";
            rules = name switch
            {
                "Fuse" => rules,
                "ByteLevel" when steps.Count == 1 => rules with { ByteLevel = true },
                "ByteFallback" when !fused => rules with { ByteFallback = true },
                "Replace" when !fused && !rules.ByteFallback => rules with { Replacements = [.. rules.Replacements, ReadReplacement(step)] },
                "Strip" when fused && rules.StripCount == 0 => ReadStrip(step, rules),
                "Metaspace" when steps.Count == 1 => ReadMetaspace(step, rules),
                "ByteLevel" or "ByteFallback" or "Replace" or "Strip" or "Metaspace" =>
                    throw new InvalidDataException($"decoder '{name}' is not supported at this place of the sequence"),
                _ => throw new InvalidDataException(
                    $"decoder '{name}' is not supported (ByteLevel, ByteFallback, Replace, Fuse, Strip, Metaspace and Sequence are)"),
            };
        }

        return rules;
    }

    private static void Flatten(JsonElement element, List<JsonElement> steps)
    {
        if (element.TypeName() != "Sequence")
        {
            steps.Add(element);
            return;
        }

        foreach (JsonElement inner in element.Required("decoders", JsonValueKind.Array).EnumerateArray())
        {
            Flatten(inner, steps);
        }
    }

    private static (TextPattern From, string To) ReadReplacement(JsonElement step) => (TextPattern.Read(step), step.RequiredString("content"));

    private static DecoderRules ReadStrip(JsonElement step, DecoderRules rules)
    {
        string content = step.RequiredString("content");
        if (content.Length != 1 || !char.IsAscii(content[0]) || step.Count("stop", 0) != 0)
        {
            throw new InvalidDataException("decoder 'Strip' is supported for one ASCII character at the start only");
        }

        return rules with { StripCharacter = (byte)content[0], StripCount = step.Count("start", 0) };
    }

    private static DecoderRules ReadMetaspace(JsonElement step, DecoderRules rules)
    {
        (char replacement, PrependScheme scheme) = PreTokenizerReader.ReadMetaspace(step);
        return rules with
        {
            Replacements = [(TextPattern.FromText(replacement.ToString()), " ")],
            DroppedFromFirstToken = scheme == PrependScheme.Never ? null : replacement,
        };
    }
}
