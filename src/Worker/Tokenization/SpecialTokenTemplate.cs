using System.Text.Json;

namespace Godwit.Worker.Tokenization;

/// <summary>The special tokens before and after a text, from the file's <c>post_processor</c> section (<c>TemplateProcessing</c> and its forerunners).</summary>
/// <param name="Before">Ids put before the text, such as the beginning of sequence.</param>
/// <param name="After">Ids put after it.</param>
internal sealed record SpecialTokenTemplate(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    private static readonly SpecialTokenTemplate None = new([], []);

    public static SpecialTokenTemplate Read(JsonElement? section)
    {
        if (section is not { } element)
        {
            return None;
        }

        switch (element.TypeName())
        {
            case "TemplateProcessing":
                return ReadTemplate(element);
            case "ByteLevel":
                // Only trims offsets, which nobody here asks for.
                return None;
            case "Sequence":
                SpecialTokenTemplate all = None;
                foreach (JsonElement inner in element.Required("processors", JsonValueKind.Array).EnumerateArray())
                {
                    SpecialTokenTemplate next = Read(inner);
                    all = new SpecialTokenTemplate([.. next.Before, .. all.Before], [.. all.After, .. next.After]);
                }

                return all;
            case "RobertaProcessing" or "BertProcessing":
                return new SpecialTokenTemplate([ReadPair(element, "cls")], [ReadPair(element, "sep")]);
            case var name:
                throw new InvalidDataException(
                    $"post-processor '{name}' is not supported (TemplateProcessing, RobertaProcessing, BertProcessing, ByteLevel and Sequence are)");
        }
    }

    private static int ReadPair(JsonElement element, string name)
    {
        JsonElement pair = element.Required(name, JsonValueKind.Array);
        return pair.GetArrayLength() == 2 ? pair[1].AsTokenId(name) : throw new InvalidDataException($"'{name}' must be a token and its id");
    }

    private static SpecialTokenTemplate ReadTemplate(JsonElement element)
    {
        var before = new List<int>();
        var after = new List<int>();
        bool textSeen = false;
        foreach (JsonElement part in element.Required("single", JsonValueKind.Array).EnumerateArray())
        {
            if (part.Optional("SpecialToken") is { } special)
            {
                (textSeen ? after : before).AddRange(IdsOf(special.RequiredString("id"), element));
            }
            else if (part.Optional("Sequence") is not null && !textSeen)
            {
                textSeen = true;
            }
            else
            {
                throw new InvalidDataException("TemplateProcessing 'single' must hold the text once, and special tokens");
            }
        }

        return textSeen
            ? new SpecialTokenTemplate(before, after)
            : throw new InvalidDataException("TemplateProcessing 'single' leaves out the text");
    }

    private static IEnumerable<int> IdsOf(string name, JsonElement element)
    {
        JsonElement token = element.Required("special_tokens", JsonValueKind.Object).Required(name, JsonValueKind.Object);
        return [.. token.Required("ids", JsonValueKind.Array).EnumerateArray().Select(id => id.AsTokenId("ids"))];
    }
}
