using System.Text.Json;
using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>One schema's own keywords. Other schemas are named by the ids that <see cref="SchemaDocument"/> gave them.</summary>
internal sealed record ParsedSchema
{
    /// <summary>Allows nothing: the schema <c>false</c>.</summary>
    public bool Never { get; init; }

    /// <summary><c>type</c>.</summary>
    public JsonKinds Kinds { get; init; } = JsonKinds.All;

    /// <summary><c>enum</c> or <c>const</c>: each a list, all of which must have the value.</summary>
    public IReadOnlyList<IReadOnlyList<JsonElement>> Enums { get; init; } = [];

    /// <summary>Texts of numbers that each of <c>minimum</c>, <c>maximum</c>, <c>multipleOf</c> and so on allows.</summary>
    public IReadOnlyList<Dfa> Numbers { get; init; } = [];

    /// <summary><c>minLength</c>, <c>maxLength</c>, <c>pattern</c>, <c>format</c>.</summary>
    public IReadOnlyList<StringSet> Strings { get; init; } = [];

    /// <summary><c>prefixItems</c>, <c>items</c>, <c>minItems</c>, <c>maxItems</c>; null for none of them.</summary>
    public ArrayShape? Array { get; init; }

    /// <summary><c>properties</c> and all other keywords about objects; null for none of them.</summary>
    public ObjectShape? Object { get; init; }

    /// <summary><c>allOf</c> and <c>$ref</c>.</summary>
    public IReadOnlyList<int> AllOf { get; init; } = [];

    /// <summary><c>anyOf</c>: at least one of them; null for no such keyword.</summary>
    public IReadOnlyList<int>? AnyOf { get; init; }

    /// <summary><c>oneOf</c>: exactly one of them; null for no such keyword.</summary>
    public IReadOnlyList<int>? OneOf { get; init; }

    /// <summary><c>not</c>; null for no such keyword.</summary>
    public int? Not { get; init; }

    /// <summary><c>if</c>, <c>then</c>, <c>else</c>; null for no <c>if</c>.</summary>
    public (int If, int? Then, int? Else)? Conditional { get; init; }

    /// <summary><c>dependentSchemas</c> and <c>dependentRequired</c>: what holds where the property is there.</summary>
    public IReadOnlyList<(string Name, int? Schema, IReadOnlyList<string> Required)> Dependents { get; init; } = [];
}
