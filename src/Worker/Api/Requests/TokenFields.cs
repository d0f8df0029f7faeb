using System.Globalization;
using System.Text.Json;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads the fields that name tokens: biases, allowed and forbidden ones.</summary>
internal static class TokenFields
{
    /// <summary><c>logit_bias</c>: an object from token id to addend.</summary>
    public static List<TokenBias> ReadBias(Fields fields, int vocabularySize)
    {
        const string Name = "logit_bias";
        if (fields.Find(Name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType(Name, "an object from token ids to numbers, such as {\"50256\":-100}", value);
        }

        RequireCount(Name, value.GetPropertyCount(), ApiLimits.LogitBiases);
        var biases = new List<TokenBias>(value.GetPropertyCount());
        foreach (JsonProperty entry in value.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id >= vocabularySize)
            {
                throw ApiException.InvalidValue(Name, $"'{Name}' must have token ids from 0 to {vocabularySize - 1} as its names.");
            }

            biases.Add(new TokenBias(id, (float)Fields.ReadNumber(entry.Value, Name, -100, 100)));
        }

        return biases;
    }

    /// <summary><c>allowed_token_ids</c>: null when missing.</summary>
    public static IReadOnlyList<int>? ReadAllowed(Fields fields, int vocabularySize)
    {
        const string Name = "allowed_token_ids";
        if (fields.Find(Name) is null)
        {
            return null;
        }

        List<int> ids = ReadIds(fields, Name, vocabularySize, vocabularySize);
        return ids.Count > 0 ? ids : throw ApiException.InvalidValue(Name, $"'{Name}' is empty; leave it out to allow all.");
    }

    /// <summary>
    /// <c>bad_words</c>: each at the start of a text and, where that is one other token, after a space, as vLLM reads them. A word that the
    /// model has no tokens for cannot come about and is left out.
    /// </summary>
    public static List<IReadOnlyList<int>> ReadBadWords(Fields fields, ServedModel model)
    {
        const string Name = "bad_words";
        if (fields.Find(Name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(Name, "an array of strings", value);
        }

        RequireCount(Name, value.GetArrayLength(), ApiLimits.BadWords);
        var words = new List<IReadOnlyList<int>>();
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            string param = $"{Name}[{index++}]";
            string word = Fields.ReadString(item, param);
            IReadOnlyList<int> plain = word.Length is > 0 and <= ApiLimits.BadWordChars
                ? model.Encode(word, false)
                : throw ApiException.InvalidValue(param, $"'{param}' must be a string of 1 to {ApiLimits.BadWordChars} characters.");
            if (plain.Count == 0)
            {
                throw ApiException.InvalidValue(param, $"'{param}' results in no tokens.");
            }

            words.Add(plain);
            IReadOnlyList<int> spaced = model.Encode(" " + word.TrimStart(), false);
            if (spaced.Count == plain.Count && spaced[0] != plain[0])
            {
                words.Add(spaced);
            }
        }

        words.RemoveAll(word => word.Any(id => id >= model.VocabularySize));
        return words;
    }

    /// <summary>An array of token ids; empty when missing.</summary>
    public static List<int> ReadIds(Fields fields, string name, int vocabularySize, int most)
    {
        if (fields.Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(name, "an array of token ids", value);
        }

        RequireCount(name, value.GetArrayLength(), most);
        return PromptField.ReadTokenIds(value, name, vocabularySize);
    }

    private static void RequireCount(string name, int count, int most)
    {
        if (count > most)
        {
            throw ApiException.InvalidValue(name, $"'{name}' has {count} entries; at most {most} are allowed.");
        }
    }
}
