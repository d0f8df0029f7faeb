using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>
/// A plain recursive JSON Schema validator over parsed documents, to check the automata by: it shares nothing with them. It is itself
/// checked by the public suite, where that is.
/// </summary>
internal sealed class ReferenceValidator(JsonElement root)
{
    public bool IsValid(JsonElement value) => IsValid(root, value);

    private bool IsValid(JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        bool Has(string keyword, out JsonElement found) => schema.TryGetProperty(keyword, out found);
        return (!Has("type", out JsonElement type) || IsOfType(type, value))
            && (!Has("enum", out JsonElement options) || options.EnumerateArray().Any(o => Same(o, value)))
            && (!Has("const", out JsonElement constant) || Same(constant, value))
            && (!Has("$ref", out JsonElement reference) || IsValid(Resolve(reference.GetString()!), value))
            && (!Has("allOf", out JsonElement all) || all.EnumerateArray().All(s => IsValid(s, value)))
            && (!Has("anyOf", out JsonElement any) || any.EnumerateArray().Any(s => IsValid(s, value)))
            && (!Has("oneOf", out JsonElement one) || one.EnumerateArray().Count(s => IsValid(s, value)) == 1)
            && (!Has("not", out JsonElement not) || !IsValid(not, value))
            && (!Has("if", out JsonElement condition) || HoldsConditional(schema, condition, value))
            && value.ValueKind switch
            {
                JsonValueKind.Number => IsNumberValid(schema, value),
                JsonValueKind.String => IsStringValid(schema, value.GetString()!),
                JsonValueKind.Array => IsArrayValid(schema, value),
                JsonValueKind.Object => IsObjectValid(schema, value),
                _ => true,
            };
    }

    private bool HoldsConditional(JsonElement schema, JsonElement condition, JsonElement value) =>
        !schema.TryGetProperty(IsValid(condition, value) ? "then" : "else", out JsonElement branch) || IsValid(branch, value);

    private JsonElement Resolve(string reference)
    {
        JsonElement at = root;
        foreach (string step in Uri.UnescapeDataString(reference[1..]).Split('/').Skip(1))
        {
            string name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at.ValueKind == JsonValueKind.Array ? at[int.Parse(name)] : at.GetProperty(name);
        }

        return at;
    }

    private static bool IsOfType(JsonElement type, JsonElement value) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(t => IsOfType(t, value)) : type.GetString() switch
        {
            "null" => value.ValueKind == JsonValueKind.Null,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && Rational.Of(value).IsWhole,
            "number" => value.ValueKind == JsonValueKind.Number,
            "string" => value.ValueKind == JsonValueKind.String,
            "array" => value.ValueKind == JsonValueKind.Array,
            _ => value.ValueKind == JsonValueKind.Object,
        };

    private static bool Same(JsonElement x, JsonElement y) => x.ValueKind == y.ValueKind && x.ValueKind switch
    {
        JsonValueKind.Number => Rational.Of(x).CompareTo(Rational.Of(y)) == 0,
        JsonValueKind.Array => x.GetArrayLength() == y.GetArrayLength() && x.EnumerateArray().Zip(y.EnumerateArray()).All(p => Same(p.First, p.Second)),
        JsonValueKind.Object => x.GetPropertyCount() == y.GetPropertyCount()
            && x.EnumerateObject().All(p => y.TryGetProperty(p.Name, out JsonElement other) && Same(p.Value, other)),
        JsonValueKind.String => x.GetString() == y.GetString(),
        _ => true,
    };

    private static bool IsNumberValid(JsonElement schema, JsonElement value)
    {
        Rational number = Rational.Of(value);
        bool Compares(string keyword, Func<int, bool> wanted) =>
            !schema.TryGetProperty(keyword, out JsonElement bound) || wanted(number.CompareTo(Rational.Of(bound)));
        return Compares("minimum", c => c >= 0)
            && Compares("maximum", c => c <= 0)
            && Compares("exclusiveMinimum", c => c > 0)
            && Compares("exclusiveMaximum", c => c < 0)
            && (!schema.TryGetProperty("multipleOf", out JsonElement step) || number.IsMultipleOf(Rational.Of(step)));
    }

    private static bool IsStringValid(JsonElement schema, string text)
    {
        int length = text.EnumerateRunes().Count();
        return (!schema.TryGetProperty("minLength", out JsonElement min) || length >= min.GetDouble())
            && (!schema.TryGetProperty("maxLength", out JsonElement max) || length <= max.GetDouble())
            && (!schema.TryGetProperty("pattern", out JsonElement pattern) || Matches(pattern.GetString()!, text))
            && (!schema.TryGetProperty("format", out JsonElement format) || ReferenceFormats.IsValid(format.GetString()!, text));
    }

    private bool IsArrayValid(JsonElement schema, JsonElement value)
    {
        int count = value.GetArrayLength();
        JsonElement[] prefix = schema.TryGetProperty("prefixItems", out JsonElement first) ? [.. first.EnumerateArray()] : [];
        return (!schema.TryGetProperty("minItems", out JsonElement min) || count >= min.GetDouble())
            && (!schema.TryGetProperty("maxItems", out JsonElement max) || count <= max.GetDouble())
            && value.EnumerateArray().Select((item, i) => (item, i)).All(p => p.i < prefix.Length
                ? IsValid(prefix[p.i], p.item)
                : !schema.TryGetProperty("items", out JsonElement items) || IsValid(items, p.item));
    }

    private bool IsObjectValid(JsonElement schema, JsonElement value)
    {
        bool Keyword(string name, Func<JsonElement, bool> holds) => !schema.TryGetProperty(name, out JsonElement found) || holds(found);
        int count = value.GetPropertyCount();
        return Keyword("required", r => r.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _)))
            && Keyword("minProperties", m => count >= m.GetDouble())
            && Keyword("maxProperties", m => count <= m.GetDouble())
            && Keyword("propertyNames", s => value.EnumerateObject().All(p => IsValid(s, JsonSerializer.SerializeToElement(p.Name))))
            && Keyword("dependentRequired", d => d.EnumerateObject().All(e => !value.TryGetProperty(e.Name, out _)
                || e.Value.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _))))
            && Keyword("dependentSchemas", d => d.EnumerateObject().All(e => !value.TryGetProperty(e.Name, out _) || IsValid(e.Value, value)))
            && value.EnumerateObject().All(p => IsPropertyValid(schema, p));
    }

    private bool IsPropertyValid(JsonElement schema, JsonProperty property)
    {
        bool known = false;
        if (schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(property.Name, out JsonElement own))
        {
            known = true;
            if (!IsValid(own, property.Value))
            {
                return false;
            }
        }

        if (schema.TryGetProperty("patternProperties", out JsonElement patterns))
        {
            foreach (JsonProperty pattern in patterns.EnumerateObject().Where(p => Matches(p.Name, property.Name)))
            {
                known = true;
                if (!IsValid(pattern.Value, property.Value))
                {
                    return false;
                }
            }
        }

        return known || !schema.TryGetProperty("additionalProperties", out JsonElement additional) || IsValid(additional, property.Value);
    }

    private static bool Matches(string pattern, string text)
    {
        // From ECMA-262's meaning to .NET's: the end is the very end, digits are ASCII.
        string translated = pattern.Replace("\\p{Letter}", "\\p{L}", StringComparison.Ordinal).Replace("\\d", "[0-9]", StringComparison.Ordinal);

        // .NET counts characters beyond U+FFFF as two; one that no pattern here names stands for them.
        string characters = Regex.Replace(text, "[\uD800-\uDBFF][\uDC00-\uDFFF]", "\uE000");
        return Regex.IsMatch(characters, Regex.Replace(translated, @"(?<!\\)\$", "\\z"), RegexOptions.CultureInvariant);
    }

    /// <summary>A decimal number as a fraction.</summary>
    private readonly record struct Rational(BigInteger Numerator, BigInteger Denominator) : IComparable<Rational>
    {
        public bool IsWhole => Numerator % Denominator == 0;

        public static Rational Of(JsonElement number)
        {
            string text = number.GetRawText().ToLowerInvariant();
            string[] parts = text.Split('e');
            int exponent = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
            int point = parts[0].IndexOf('.', StringComparison.Ordinal);
            exponent -= point < 0 ? 0 : parts[0].Length - point - 1;
            var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            return exponent >= 0
                ? new Rational(digits * BigInteger.Pow(10, exponent), 1)
                : new Rational(digits, BigInteger.Pow(10, -exponent));
        }

        public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

        public bool IsMultipleOf(Rational step) => Numerator * step.Denominator % (Denominator * step.Numerator) == 0;
    }
}
