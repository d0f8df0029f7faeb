using System.Text.Json;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Regex;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>Reads one schema's keywords and checks them: what is malformed or not supported is refused by its name.</summary>
/// <param name="document">The whole schema.</param>
/// <param name="budget">Counts the work.</param>
internal sealed class SchemaParser(SchemaDocument document, CompileBudget budget)
{
    // Equal patterns give one automaton.
    private readonly Dictionary<string, Dfa> _patterns = new(StringComparer.Ordinal);

    /// <summary>Reads a schema.</summary>
    public ParsedSchema Parse(int id)
    {
        SchemaDocument.Entry entry = document[id];
        if (id is SchemaDocument.True or SchemaDocument.False)
        {
            return new ParsedSchema { Never = id == SchemaDocument.False };
        }

        if (entry.IsConst)
        {
            return new ParsedSchema { Enums = [[entry.Element]] };
        }

        budget.Spend(10);
        var fields = new SchemaFields(document, entry);
        RefuseUnsupported(entry, fields);
        return new ParsedSchema
        {
            Kinds = ReadKinds(fields),
            Enums = ReadEnums(fields),
            Numbers = [.. ReadNumbers(fields)],
            Strings = [.. ReadStrings(fields)],
            Array = ReadArray(fields),
            Object = ReadObject(fields),
            AllOf = [.. fields.Schemas("allOf") ?? [], .. ReadReference(fields)],
            AnyOf = fields.Schemas("anyOf"),
            OneOf = fields.Schemas("oneOf"),
            Not = fields.Schema("not"),
            Conditional = fields.Schema("if") is { } condition ? (condition, fields.Schema("then"), fields.Schema("else")) : null,
            Dependents = [.. ReadDependents(fields)],
        };
    }

    private void RefuseUnsupported(SchemaDocument.Entry entry, SchemaFields fields)
    {
        if (entry.Element.ValueKind != JsonValueKind.Object)
        {
            throw fields.Error("a schema must be an object or a boolean");
        }

        foreach (JsonProperty member in entry.Element.EnumerateObject())
        {
            budget.Spend();
            bool refused = SchemaKeywords.Refused.Contains(member.Name) && !SchemaKeywords.AsksForNothing(member.Name, member.Value);
            if (refused || (member.Name == "$id" && entry.Pointer.Length > 0))
            {
                throw fields.Error($"the keyword '{member.Name}' is not supported{(refused ? "" : " within a schema")}");
            }
        }
    }

    private static JsonKinds ReadKinds(SchemaFields fields)
    {
        if (fields.Find("type") is not { } type)
        {
            return JsonKinds.All;
        }

        if (type.ValueKind != JsonValueKind.Array)
        {
            return Kind(type, fields);
        }

        return type.GetArrayLength() > 0
            ? type.EnumerateArray().Aggregate(JsonKinds.None, (kinds, t) => kinds | Kind(t, fields))
            : throw fields.Error("'type' must name at least one type");
    }

    private static JsonKinds Kind(JsonElement type, SchemaFields fields) => (type.ValueKind == JsonValueKind.String ? type.GetString() : null) switch
    {
        "null" => JsonKinds.Null,
        "boolean" => JsonKinds.Boolean,
        "integer" => JsonKinds.Integer,
        "number" => JsonKinds.Number,
        "string" => JsonKinds.String,
        "array" => JsonKinds.Array,
        "object" => JsonKinds.Object,
        _ => throw fields.Error("'type' must be null, boolean, integer, number, string, array or object, or an array of these"),
    };

    private static List<IReadOnlyList<JsonElement>> ReadEnums(SchemaFields fields)
    {
        var enums = new List<IReadOnlyList<JsonElement>>();
        if (fields.Find("enum") is { } values)
        {
            enums.Add(values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray()] : throw fields.Error("'enum' must be an array"));
        }

        if (fields.Find("const") is { } value)
        {
            enums.Add([value]);
        }

        return enums;
    }

    private IEnumerable<Dfa> ReadNumbers(SchemaFields fields)
    {
        if (fields.Decimal("minimum") is { } minimum)
        {
            yield return NumberLanguage.Compared(minimum, sign => sign >= 0, budget);
        }

        if (fields.Decimal("maximum") is { } maximum)
        {
            yield return NumberLanguage.Compared(maximum, sign => sign <= 0, budget);
        }

        if (fields.Decimal("exclusiveMinimum") is { } above)
        {
            yield return NumberLanguage.Compared(above, sign => sign > 0, budget);
        }

        if (fields.Decimal("exclusiveMaximum") is { } below)
        {
            yield return NumberLanguage.Compared(below, sign => sign < 0, budget);
        }

        if (fields.Decimal("multipleOf") is { } step)
        {
            yield return step.IsNegative || step.IsZero
                ? throw fields.Error("'multipleOf' must be more than 0")
                : NumberLanguage.MultiplesOf(step, budget);
        }
    }

    private IEnumerable<StringSet> ReadStrings(SchemaFields fields)
    {
        (int min, int max) = (fields.Count("minLength") ?? 0, fields.Count("maxLength") ?? int.MaxValue);
        if (min > 0 || max < int.MaxValue)
        {
            yield return new StringSet(null, min, max);
        }

        if (fields.Text("pattern") is { } pattern)
        {
            yield return new StringSet(Pattern(pattern, "pattern", fields));
        }

        if (fields.Text("format") is { } format && StringFormats.Of(format) is { } strings)
        {
            yield return strings;
        }
    }

    private Dfa Pattern(string pattern, string keyword, SchemaFields fields)
    {
        if (!_patterns.TryGetValue(pattern, out Dfa? dfa))
        {
            try
            {
                dfa = _patterns[pattern] = RegexCompiler.Search(pattern, budget);
            }
            catch (ConstraintException e) when (!e.IsTooComplex)
            {
                throw fields.Error($"'{keyword}' is not supported: {e.Message}");
            }
        }

        return dfa;
    }

    private static ArrayShape? ReadArray(SchemaFields fields)
    {
        if (fields.Find("items") is { ValueKind: JsonValueKind.Array })
        {
            throw fields.Error("'items' as an array is not supported; 'prefixItems' is");
        }

        IReadOnlyList<int>? prefix = fields.Schemas("prefixItems");
        int? rest = fields.Schema("items");
        (int? min, int? max) = (fields.Count("minItems"), fields.Count("maxItems"));
        if (prefix?.Count > ConstraintLimits.PrefixItems)
        {
            throw ConstraintException.TooComplex($"'prefixItems' has {prefix.Count} entries; {ConstraintLimits.PrefixItems} is the most allowed.");
        }

        if (prefix is null && rest is null && min is null && max is null)
        {
            return null;
        }

        List<ItemFacet> facets = prefix is null && rest is null
            ? []
            : [new ItemFacet([.. (prefix ?? []).Select(Terms.Of)], rest is { } id ? Terms.Of(id) : Terms.Anything)];
        return new ArrayShape(facets, min ?? 0, max ?? int.MaxValue);
    }

    private ObjectShape? ReadObject(SchemaFields fields)
    {
        IReadOnlyList<(string Name, int Id)> properties = fields.NamedSchemas("properties");
        IReadOnlyList<(string Name, int Id)> patterns = fields.NamedSchemas("patternProperties");
        int? additional = fields.Schema("additionalProperties");
        int? names = fields.Schema("propertyNames");
        IReadOnlyList<string> required = fields.Texts("required");
        (int? min, int? max) = (fields.Count("minProperties"), fields.Count("maxProperties"));
        if (properties.Count > ConstraintLimits.Properties || required.Count > ConstraintLimits.Properties)
        {
            throw ConstraintException.TooComplex(
                $"An object in the schema has more than {ConstraintLimits.Properties} properties, which is the most allowed.");
        }

        bool facet = properties.Count > 0 || patterns.Count > 0 || additional is not null;
        if (!facet && names is null && required.Count == 0 && min is null && max is null)
        {
            return null;
        }

        PropertyFacet[] facets = facet
            ? [
                new PropertyFacet(
                    properties.ToDictionary(p => p.Name, p => Terms.Of(p.Id), StringComparer.Ordinal),
                    [.. patterns.Select(p => new PropertyPattern(p.Name, Pattern(p.Name, "patternProperties", fields), Terms.Of(p.Id)))],
                    additional is { } id ? Terms.Of(id) : Terms.Anything),
            ]
            : [];
        return new ObjectShape(
            facets,
            [.. required.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            names is { } name && name != SchemaDocument.True ? [name] : [],
            min ?? 0,
            max ?? int.MaxValue);
    }

    private IEnumerable<int> ReadReference(SchemaFields fields) =>
        fields.Text("$ref") is { } reference ? [document.Resolve(reference)] : [];

    private static IEnumerable<(string Name, int? Schema, IReadOnlyList<string> Required)> ReadDependents(SchemaFields fields)
    {
        foreach ((string name, int id) in fields.NamedSchemas("dependentSchemas"))
        {
            yield return (name, id, []);
        }

        if (fields.Find("dependentRequired") is { } dependents)
        {
            if (dependents.ValueKind != JsonValueKind.Object)
            {
                throw fields.Error("'dependentRequired' must be an object");
            }

            foreach (JsonProperty member in dependents.EnumerateObject())
            {
                yield return (member.Name, null, fields.ReadTexts(member.Value, "dependentRequired"));
            }
        }
    }
}
