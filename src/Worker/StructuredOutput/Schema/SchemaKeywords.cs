using System.Collections.Frozen;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>The keywords of JSON Schema that are not enforced: refused, or without effect.</summary>
internal static class SchemaKeywords
{
    /// <summary>Keywords, of any draft, that restrict values or say where schemas are, and that are not supported.</summary>
    public static FrozenSet<string> Refused { get; } = new[]
    {
        "uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties", "dependencies",
        "additionalItems", "$dynamicRef", "$recursiveRef", "$vocabulary", "extends", "disallow", "divisibleBy",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when the value of such a keyword asks for nothing.</summary>
    public static bool AsksForNothing(string keyword, System.Text.Json.JsonElement value) => keyword switch
    {
        "uniqueItems" => value.ValueKind == System.Text.Json.JsonValueKind.False,
        "unevaluatedItems" or "unevaluatedProperties" or "additionalItems" => value.ValueKind == System.Text.Json.JsonValueKind.True,
        _ => false,
    };
}
