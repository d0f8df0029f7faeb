using System.Collections.Frozen;
using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Fields that OpenAI's or vLLM's API knows and that would change the answer, but that are not served. They are refused rather than
/// ignored, unless their value asks for nothing.
/// </summary>
internal static class UnservedFields
{
    private static readonly Func<JsonElement, bool> Nothing = _ => false;
    private static readonly Func<JsonElement, bool> False = value => value.ValueKind == JsonValueKind.False;
    private static readonly Func<JsonElement, bool> True = value => value.ValueKind == JsonValueKind.True;
    private static readonly Func<JsonElement, bool> Zero = value => IsNumber(value, 0);
    private static readonly Func<JsonElement, bool> One = value => IsNumber(value, 1);
    private static readonly Func<JsonElement, bool> Empty = IsEmpty;
    private static readonly Func<JsonElement, bool> FreeChoice = value => IsText(value, "none") || IsText(value, "auto");

    /// <summary>Field → whether a value (never null) of it asks for nothing.</summary>
    private static readonly FrozenDictionary<string, Func<JsonElement, bool>> Fields =
        new Dictionary<string, Func<JsonElement, bool>>
        {
            ["api_base"] = Nothing,
            ["audio"] = Nothing,
            ["chat_template"] = Nothing,
            ["function_call"] = FreeChoice,
            ["functions"] = Nothing,
            ["guided_whitespace_pattern"] = Nothing,
            ["kv_transfer_params"] = Nothing,
            ["length_penalty"] = One,
            ["lora"] = Nothing,
            ["modalities"] = value => IsOnly(value, "text"),
            ["prediction"] = Nothing,
            ["prompt_embeds"] = Nothing,
            ["return_tokens_as_token_ids"] = False,
            ["spaces_between_special_tokens"] = True,
            ["suffix"] = Empty,
            ["use_beam_search"] = False,
            ["web_search_options"] = Nothing,
        }.ToFrozenDictionary();

    /// <summary>The same for one endpoint, where the other serves them.</summary>
    private static readonly FrozenDictionary<(ApiKind, string), Func<JsonElement, bool>> FieldsOfOne =
        new Dictionary<(ApiKind, string), Func<JsonElement, bool>>
        {
            [(ApiKind.Chat, "best_of")] = One,
            [(ApiKind.Chat, "echo")] = False,
            [(ApiKind.Text, "tool_choice")] = FreeChoice,
            [(ApiKind.Text, "tools")] = Nothing,
            [(ApiKind.Text, "top_logprobs")] = Zero,
        }.ToFrozenDictionary();

    /// <summary>Refuses a body that asks for what is not served.</summary>
    public static void Refuse(ApiKind kind, JsonElement body)
    {
        foreach (JsonProperty field in body.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null
                && (Fields.TryGetValue(field.Name, out Func<JsonElement, bool>? asksForNothing)
                    || FieldsOfOne.TryGetValue((kind, field.Name), out asksForNothing))
                && !asksForNothing(field.Value))
            {
                throw ApiException.Unsupported(
                    field.Name, $"'{field.Name}' with this value is not supported by this server; leave it out or set it to null.");
            }
        }
    }

    private static bool IsNumber(JsonElement value, double number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double read) && read == number;

    private static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        JsonValueKind.String => value.ValueEquals(""),
        _ => false,
    };

    private static bool IsOnly(JsonElement value, string text) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && IsText(value[0], text);
}
