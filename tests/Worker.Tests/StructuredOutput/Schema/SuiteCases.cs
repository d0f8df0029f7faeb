using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>JSON texts of one value: as compact as can be, and spaced as people write it. Numbers stay as they were written.</summary>
internal static class SuiteCases
{
    /// <summary>Folder of the public test suite; it may not be there.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(BundledModel.Folder(""), "..", "..", "shared", "json-schema-test-suite"));

    /// <summary>The suite's schemas; none where it is not.</summary>
    public static IEnumerable<JsonNode?> Schemas() => !Directory.Exists(Folder)
        ? []
        : Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(f => JsonNode.Parse(File.ReadAllText(f))!.AsArray().Select(g => g!["schema"]?.DeepClone()));

    /// <summary>Groups of the suite whose schema is refused, each with a text that is in the message.</summary>
    public static Dictionary<string, string> Exclusions()
    {
        var exclusions = new Dictionary<string, string>();
        string reason = "";
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "StructuredOutput", "Schema", "SuiteExclusions.txt")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                reason = line[3..];
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                exclusions.Add(line, reason);
            }
        }

        return exclusions;
    }

    public static string Compact(JsonElement value) => Write(value, "", "", "", "");

    public static string Spaced(JsonElement value) => Write(value, " ", " ", "\n", "");

    private static string Write(JsonElement value, string beforeColon, string afterColon, string lineEnd, string indent)
    {
        string inner = lineEnd.Length == 0 ? "" : indent + "  ";
        string close = lineEnd + (lineEnd.Length == 0 ? "" : indent);
        var text = new StringBuilder();
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    text.Append(text.Length == 0 ? "{" : ",").Append(lineEnd).Append(inner).Append(JsonSerializer.Serialize(member.Name));
                    text.Append(beforeColon).Append(':').Append(afterColon);
                    text.Append(Write(member.Value, beforeColon, afterColon, lineEnd, inner));
                }

                return text.Length == 0 ? "{" + close + "}" : text.Append(close).Append('}').ToString();
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    text.Append(text.Length == 0 ? "[" : ",").Append(lineEnd).Append(inner);
                    text.Append(Write(item, beforeColon, afterColon, lineEnd, inner));
                }

                return text.Length == 0 ? "[" + close + "]" : text.Append(close).Append(']').ToString();
            default:
                return value.GetRawText();
        }
    }
}
