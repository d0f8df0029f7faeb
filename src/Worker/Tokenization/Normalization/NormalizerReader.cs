using System.Text.Json;
using Godwit.Worker.Tokenization.PreTokenization;

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
        switch (element.TypeName())
        {
            case "Sequence":
                foreach (JsonElement inner in element.Required("normalizers", JsonValueKind.Array).EnumerateArray())
                {
                    Collect(inner, steps);
                }

                break;
            case "NFC":
                steps.Add(new NfcNormalizer());
                break;
            case "Prepend":
                steps.Add(new PrependNormalizer(element.RequiredString("prepend")));
                break;
            case "Replace":
                steps.Add(new ReplaceNormalizer(TextPattern.Read(element), element.RequiredString("content")));
                break;
            case var name:
                throw new InvalidDataException($"normalizer '{name}' is not supported (NFC, Prepend, Replace and Sequence are)");
        }
    }
}
