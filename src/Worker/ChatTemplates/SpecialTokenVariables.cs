using System.Text.Json;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates;

/// <summary>The special tokens of a <c>tokenizer_config.json</c> as template variables: <c>bos_token</c>, <c>eos_token</c>, ….</summary>
internal static class SpecialTokenVariables
{
    private const string Additional = "additional_special_tokens";

    /// <summary>Whether a variable names a special token, so that only the model's folder sets it.</summary>
    public static bool IsName(string variable) => variable == Additional || variable.EndsWith("_token", StringComparison.Ordinal);

    /// <summary>The tokens of a configuration; those it gives as null are undefined.</summary>
    public static IReadOnlyDictionary<string, Value> Read(JsonElement config)
    {
        var tokens = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (JsonProperty property in config.EnumerateObject().Where(p => IsName(p.Name)))
        {
            if (property.Name == Additional && property.Value.ValueKind == JsonValueKind.Array)
            {
                tokens[Additional] = new ListValue(
                    [.. property.Value.EnumerateArray().Select(TextOf).OfType<string>().Select(t => StringValue.Written(t))]);
            }
            else if (TextOf(property.Value) is { } text)
            {
                tokens[property.Name] = StringValue.Written(text);
            }
        }

        return tokens;
    }

    /// <summary>Either the text itself or an added-token object with it; null for anything else.</summary>
    private static string? TextOf(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object when token.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String =>
            content.GetString(),
        _ => null,
    };
}
