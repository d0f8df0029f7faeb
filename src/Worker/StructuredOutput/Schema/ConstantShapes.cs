using System.Text.Json;
using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>The shapes of given values: <c>enum</c> and <c>const</c>.</summary>
/// <param name="document">Gives ids to values within arrays and objects.</param>
/// <param name="budget">Counts the work.</param>
internal readonly struct ConstantShapes(SchemaDocument document, CompileBudget budget)
{
    /// <summary>Exactly these values.</summary>
    public Shape Of(IReadOnlyList<JsonElement> values)
    {
        budget.Spend(values.Count);
        var strings = new List<string>();
        var numbers = new List<ExactDecimal>();
        var arrays = new List<ArrayShape>();
        var objects = new List<ObjectShape>();
        foreach (JsonElement value in values)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    strings.Add(value.GetString()!);
                    break;
                case JsonValueKind.Number:
                    numbers.Add(ExactDecimal.Parse(value.GetRawText()));
                    break;
                case JsonValueKind.Array:
                    arrays.Add(Array(value));
                    break;
                case JsonValueKind.Object:
                    objects.Add(Object(value));
                    break;
            }
        }

        var shape = new Shape
        {
            Null = values.Any(v => v.ValueKind == JsonValueKind.Null),
            True = values.Any(v => v.ValueKind == JsonValueKind.True),
            False = values.Any(v => v.ValueKind == JsonValueKind.False),
            Number = numbers.Count == 0 ? Dfa.Nothing : NumberLanguage.OneOf(numbers, budget),
            String = strings.Count == 0 ? null : new StringSet(DfaBuilder.OfWords(strings, budget).Relabel(_ => 0)),
        };
        return shape.Or(new Shape { Arrays = arrays, Objects = objects }, budget);
    }

    private ArrayShape Array(JsonElement value)
    {
        var items = new List<int[]>();
        foreach (JsonElement item in value.EnumerateArray())
        {
            budget.Spend();
            items.Add(Terms.Of(document.IdOfConst(item)));
        }

        return new ArrayShape([new ItemFacet(items, Terms.Nothing)], items.Count, items.Count);
    }

    private ObjectShape Object(JsonElement value)
    {
        var named = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            budget.Spend();
            named[member.Name] = Terms.Of(document.IdOfConst(member.Value));
        }

        return new ObjectShape(
            [new PropertyFacet(named, [], Terms.Nothing)], [.. named.Keys.Order(StringComparer.Ordinal)], [], named.Count, named.Count);
    }
}
