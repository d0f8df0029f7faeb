using System.Text.Json;
using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads <c>prompt</c> of a completion request: a string, strings, token ids, or lists of token ids.</summary>
internal static class PromptField
{
    private const string Name = "prompt";
    private const string Allowed = "a string, an array of strings, an array of token ids or an array of such arrays";

    /// <summary>The token ids of each prompt, at least one prompt.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Read(Fields fields, ServedModel model)
    {
        JsonElement value = fields.Find(Name) ?? throw ApiException.Missing(Name, Allowed);
        if (value.ValueKind == JsonValueKind.String)
        {
            return [Encode(value, Name, model)];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(Name, Allowed, value);
        }

        if (value.GetArrayLength() == 0)
        {
            throw ApiException.InvalidValue(Name, $"'{Name}' is an empty array; it must be {Allowed}.");
        }

        return value[0].ValueKind == JsonValueKind.Number
            ? [ReadTokenIds(value, Name, model.VocabularySize)]
            : ReadSeveral(value, model);
    }

    /// <summary>Token ids of the vocabulary.</summary>
    public static List<int> ReadTokenIds(JsonElement array, string param, int vocabularySize)
    {
        var ids = new List<int>(array.GetArrayLength());
        foreach (JsonElement id in array.EnumerateArray())
        {
            ids.Add(Fields.ReadInteger(id, $"{param}[{ids.Count}]", 0, vocabularySize - 1));
        }

        return ids;
    }

    // The tokens of an empty text are at most those that the tokenizer adds: nothing to continue.
    private static IReadOnlyList<int> Encode(JsonElement value, string param, ServedModel model)
    {
        string text = Fields.ReadString(value, param);
        return text.Length > 0 ? model.Encode(text, true) : throw ApiException.InvalidValue(param, $"'{param}' is empty.");
    }

    private static List<IReadOnlyList<int>> ReadSeveral(JsonElement array, ServedModel model)
    {
        int count = array.GetArrayLength();
        if (count > ApiLimits.Prompts)
        {
            throw new ApiException(ApiError.Invalid(
                $"'{Name}' has {count} prompts; at most {ApiLimits.Prompts} are allowed.", Name, ApiErrorCodes.ArrayTooLong));
        }

        // The first entry decides what all are: a mixture is more likely a mistake than a wish.
        JsonValueKind kind = array[0].ValueKind;
        var prompts = new List<IReadOnlyList<int>>(count);
        foreach (JsonElement item in array.EnumerateArray())
        {
            string param = $"{Name}[{prompts.Count}]";
            if (item.ValueKind != kind || kind is not (JsonValueKind.String or JsonValueKind.Array))
            {
                throw Fields.WrongType(param, $"of one kind with the others ('{Name}' is {Allowed})", item);
            }

            prompts.Add(kind == JsonValueKind.String
                ? Encode(item, param, model)
                : ReadTokenIds(item, param, model.VocabularySize));
        }

        return prompts;
    }
}
