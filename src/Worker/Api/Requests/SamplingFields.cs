using System.Text.Json;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads the fields that say how tokens are drawn and when they end.</summary>
internal static class SamplingFields
{
    /// <summary>The sampling that a body asks for; the seed is left to whoever admits the request.</summary>
    public static SamplingParams Read(Fields fields, int vocabularySize)
    {
        double topP = fields.Number("top_p", 0, 1) ?? 1;
        int topK = Math.Max(0, fields.Integer("top_k", -1, int.MaxValue) ?? 0);

        // The smallest set of tokens that reaches a probability of 0 is the most likely token.
        return new SamplingParams
        {
            Temperature = fields.Number("temperature", 0, 2) ?? 1,
            TopP = topP == 0 ? 1 : topP,
            TopK = topP == 0 ? 1 : topK >= vocabularySize ? 0 : topK,
            MaxTokens = ReadMaxTokens(fields),
            Stop = ReadStop(fields),
            StopTokenIds = ReadStopTokenIds(fields, vocabularySize),
            IgnoreEos = fields.Flag("ignore_eos"),
        };
    }

    private static int? ReadMaxTokens(Fields fields)
    {
        int? old = fields.Integer("max_tokens", 1, int.MaxValue);
        int? current = fields.Integer("max_completion_tokens", 1, int.MaxValue);
        return old is null || current is null || old == current
            ? current ?? old
            : throw ApiException.InvalidValue(
                "max_tokens", $"'max_tokens' ({old}) and 'max_completion_tokens' ({current}) mean the same; send one of them.");
    }

    private static List<string> ReadStop(Fields fields)
    {
        if (fields.Find("stop") is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return [ReadStopString(value, "stop")];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType("stop", $"a string or an array of at most {ApiLimits.StopStrings} strings", value);
        }

        int count = value.GetArrayLength();
        if (count > ApiLimits.StopStrings)
        {
            throw ApiException.InvalidValue("stop", $"'stop' has {count} strings; at most {ApiLimits.StopStrings} are allowed.");
        }

        var stop = new List<string>(count);
        foreach (JsonElement item in value.EnumerateArray())
        {
            stop.Add(ReadStopString(item, $"stop[{stop.Count}]"));
        }

        return stop;
    }

    private static string ReadStopString(JsonElement value, string param)
    {
        string text = Fields.ReadString(value, param);
        return text.Length is > 0 and <= ApiLimits.StopStringChars
            ? text
            : throw ApiException.InvalidValue(
                param, $"'{param}' must be a string of 1 to {ApiLimits.StopStringChars} characters, but it had {text.Length}.");
    }

    private static List<int> ReadStopTokenIds(Fields fields, int vocabularySize)
    {
        if (fields.Find("stop_token_ids") is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType("stop_token_ids", "an array of token ids", value);
        }

        int count = value.GetArrayLength();
        if (count > ApiLimits.StopTokenIds)
        {
            throw ApiException.InvalidValue(
                "stop_token_ids", $"'stop_token_ids' has {count} entries; at most {ApiLimits.StopTokenIds} are allowed.");
        }

        return PromptField.ReadTokenIds(value, "stop_token_ids", vocabularySize);
    }
}
