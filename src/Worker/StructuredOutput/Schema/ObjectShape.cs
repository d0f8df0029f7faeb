using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// What one schema says of properties: <c>properties</c>, <c>patternProperties</c>, and <c>additionalProperties</c> for names that neither
/// of those knows; as conjunctions of schemas.
/// </summary>
internal sealed record PropertyFacet(
    IReadOnlyDictionary<string, int[]> Named, IReadOnlyList<PropertyPattern> Patterns, int[] Additional)
{
    /// <summary>What it says of a property of the given name.</summary>
    public int[] Of(string name) => Of(Named.GetValueOrDefault(name), Patterns.Select(p => p.Names.Match(name) >= 0));

    /// <summary>What it says of a property that has the given entry of <c>properties</c>, or none, and matches the given patterns.</summary>
    public int[] Of(int[]? named, IEnumerable<bool> matches)
    {
        int[]? all = named;
        foreach ((PropertyPattern pattern, bool matched) in Patterns.Zip(matches))
        {
            all = matched ? Terms.And(all ?? Terms.Anything, pattern.Value) : all;
        }

        return all ?? Additional;
    }
}

/// <summary>An entry of <c>patternProperties</c>.</summary>
/// <param name="Source">The regular expression.</param>
/// <param name="Names">The names that contain a match.</param>
/// <param name="Value">What the values of such properties must be.</param>
internal sealed record PropertyPattern(string Source, Dfa Names, int[] Value);

/// <summary>Objects of a shape: what several schemas together say.</summary>
internal sealed record ObjectShape(
    IReadOnlyList<PropertyFacet> Facets,
    IReadOnlyList<string> Required,
    IReadOnlyList<int> Names,
    int Min = 0,
    int Max = int.MaxValue)
{
    /// <summary>Every object.</summary>
    public static ObjectShape All { get; } = new([], [], []);

    /// <summary>A text that is equal for equal shapes.</summary>
    public string Key => $"{Min}-{Max}:{string.Join('\0', Required)}:{string.Join(',', Names)}:" + string.Join(
        '|',
        Facets.Select(f =>
            string.Join('\0', f.Named.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => n.Key + "\u0001" + Terms.Key(n.Value)))
            + ";" + string.Join('\0', f.Patterns.Select(p => p.Source + "\u0001" + Terms.Key(p.Value)))
            + ";" + Terms.Key(f.Additional)).Distinct().Order(StringComparer.Ordinal));

    /// <summary>What is in both.</summary>
    public ObjectShape And(ObjectShape other) => new(
        [.. Facets, .. other.Facets],
        [.. Required.Union(other.Required).Order(StringComparer.Ordinal)],
        [.. Names.Union(other.Names).Order()],
        Math.Max(Min, other.Min),
        Math.Min(Max, other.Max));

    /// <summary>What the property of a name must be.</summary>
    public int[] Of(string name) => Facets.Aggregate(Terms.Anything, (terms, facet) => Terms.And(terms, facet.Of(name)));

    /// <summary>Objects in which one property is required, or of certain values.</summary>
    public static ObjectShape OfProperty(string name, int[] value, bool required) => new(
        [new PropertyFacet(new Dictionary<string, int[]> { [name] = value }, [], Terms.Anything)], required ? [name] : [], []);
}
