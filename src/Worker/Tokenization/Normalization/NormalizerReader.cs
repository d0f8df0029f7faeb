using System.Text.Json;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Makes the normalizer steps from the file's <c>normalizer</c> section, nested sequences flattened.</summary>
internal static class NormalizerReader
{
    public static Normalizer[] Read(JsonElement? section)
    {
        var steps = new List<Normalizer>();
        if (section is { } element)
        {
            Collect(element, steps);
        }

        return [.. steps];
    }

    private static void Collect(JsonElement element, List<Normalizer> steps)
    {
        if (element.TypeName() == "Sequence")
        {
            foreach (JsonElement inner in element.Required("normalizers", JsonValueKind.Array).EnumerateArray())
            {
                Collect(inner, steps);
            }
        }
        else
        {
            steps.Add(ReadStep(element));
        }
    }

    private static Normalizer ReadStep(JsonElement element) => element.TypeName() switch
    {
        "NFC" => UnicodeNormalizer.Nfc,
        "NFD" => UnicodeNormalizer.Nfd,
        "NFKC" => UnicodeNormalizer.Nfkc,
        "NFKD" => UnicodeNormalizer.Nfkd,
        "Lowercase" => CharacterNormalizer.Lowercase,
        "StripAccents" => CharacterNormalizer.StripAccents,
        "Nmt" => CharacterNormalizer.Nmt,
        "ByteLevel" => CharacterNormalizer.ByteLevel,
        "Strip" => new StripNormalizer(element.Flag("strip_left", fallback: true), element.Flag("strip_right", fallback: true)),
        "Prepend" => new PrependNormalizer(element.RequiredString("prepend")),
        "Replace" => new ReplaceNormalizer(TextPattern.Read(element), element.RequiredString("content")),
        var name => throw new InvalidDataException(
            $"normalizer '{name}' is not supported (NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Nmt, ByteLevel, Strip, Prepend, Replace and Sequence are)"),
    };
}
