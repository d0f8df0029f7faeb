using System.Text.Json;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads the fields that say when an answer ends.</summary>
internal static class StopFields
{
    /// <summary>Adds them to <paramref name="sampling"/>.</summary>
    /// <param name="fields">The body's fields.</param>
    /// <param name="sampling">What the others say.</param>
    /// <param name="vocabularySize">Token ids are 0 to this, exclusive.</param>
    /// <param name="mayBeNone">The request has a use for a prompt without a completion.</param>
    public static SamplingParams Read(Fields fields, SamplingParams sampling, int vocabularySize, bool mayBeNone)
    {
        int? maxTokens = ReadMaxTokens(fields, mayBeNone ? 0 : 1);
        int minTokens = fields.Integer("min_tokens", 0, int.MaxValue) ?? 0;
        if (minTokens > maxTokens)
        {
            throw ApiException.InvalidValue(
                "min_tokens", $"'min_tokens' ({minTokens}) must not be more than 'max_tokens' ({maxTokens}).");
        }

        return sampling with
        {
            MaxTokens = maxTokens,
            MinTokens = minTokens,
            Stop = ReadStop(fields),
            StopTokenIds = TokenFields.ReadIds(fields, "stop_token_ids", vocabularySize, ApiLimits.StopTokenIds),
            IncludeStop = fields.Flag("include_stop_str_in_output"),
            IgnoreEos = fields.Flag("ignore_eos"),
        };
    }

    private static int? ReadMaxTokens(Fields fields, int least)
    {
        int? old = fields.Integer("max_tokens", least, int.MaxValue);
        int? current = fields.Integer("max_completion_tokens", least, int.MaxValue);
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
}
