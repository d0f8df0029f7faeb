using System.Text.Json;
using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads <c>prompt</c> or <c>input</c>: a string, strings, token ids, or lists of token ids.</summary>
internal static class PromptField
{
    private const string Allowed = "a string, an array of strings, an array of token ids or an array of such arrays";

    /// <summary>The token ids of each prompt, at least one prompt.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="model">What is served.</param>
    /// <param name="name">name of the field.</param>
    /// <param name="most">Most prompts.</param>
    /// <param name="isWhole">The prompts are not cut to what fits.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Read(Fields fields, ServedModel model, string name, int most, bool isWhole)
    {
        JsonElement value = fields.Find(name) ?? throw ApiException.Missing(name, Allowed);
        if (value.ValueKind == JsonValueKind.String)
        {
            return [Encode(value, name, model, isWhole)];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(name, Allowed, value);
        }

        if (value.GetArrayLength() == 0)
        {
            throw ApiException.InvalidValue(name, $"'{name}' is an empty array; it must be {Allowed}.");
        }

        return value[0].ValueKind == JsonValueKind.Number
            ? [ReadTokenIds(value, name, model.VocabularySize)]
            : ReadSeveral(value, model, name, most, isWhole);
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

    // The tokens of an empty text are at most those that the tokenizer adds: nothing to go on from.
    private static IReadOnlyList<int> Encode(JsonElement value, string param, ServedModel model, bool isWhole)
    {
        string text = Fields.ReadString(value, param);
        if (text.Length == 0)
        {
            throw ApiException.InvalidValue(param, $"'{param}' is empty.");
        }

        if (isWhole)
        {
            RequestParser.RequireHope(param, text, model);
        }

        return model.Encode(text, true);
    }

    private static List<IReadOnlyList<int>> ReadSeveral(JsonElement array, ServedModel model, string name, int most, bool isWhole)
    {
        int count = array.GetArrayLength();
        if (count > most)
        {
            throw new ApiException(ApiError.Invalid(
                $"'{name}' has {count} prompts; at most {most} are allowed.", name, ApiErrorCodes.ArrayTooLong));
        }

        // The first entry decides what all are: a mixture is more likely a mistake than a wish.
        JsonValueKind kind = array[0].ValueKind;
        var prompts = new List<IReadOnlyList<int>>(count);
        foreach (JsonElement item in array.EnumerateArray())
        {
            string param = $"{name}[{prompts.Count}]";
            if (item.ValueKind != kind || kind is not (JsonValueKind.String or JsonValueKind.Array))
            {
                throw Fields.WrongType(param, $"of one kind with the others ('{name}' is {Allowed})", item);
            }

            prompts.Add(kind == JsonValueKind.String
                ? Encode(item, param, model, isWhole)
                : ReadTokenIds(item, param, model.VocabularySize));
        }

        return prompts;
    }
}
