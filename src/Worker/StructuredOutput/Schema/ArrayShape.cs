namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>What one schema says of array items: the first ones, and the rest; as conjunctions of schemas.</summary>
internal sealed record ItemFacet(IReadOnlyList<int[]> Prefix, int[] Rest)
{
    /// <summary>What it says of the item at a place.</summary>
    public int[] At(int index) => index < Prefix.Count ? Prefix[index] : Rest;
}

/// <summary>Arrays of a shape: what several schemas together say.</summary>
internal sealed record ArrayShape(IReadOnlyList<ItemFacet> Facets, int Min = 0, int Max = int.MaxValue)
{
    /// <summary>Every array.</summary>
    public static ArrayShape All { get; } = new(Facets: []);

    /// <summary>A text that is equal for equal shapes.</summary>
    public string Key => $"{Min}-{Max}:" + string.Join(
        '|', Facets.Select(f => string.Join(',', f.Prefix.Select(Terms.Key)) + ";" + Terms.Key(f.Rest)).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Places at which the facets say something of their own.</summary>
    public int PrefixLength => Facets.Count == 0 ? 0 : Facets.Max(f => f.Prefix.Count);

    /// <summary>What is in both.</summary>
    public ArrayShape And(ArrayShape other) =>
        new([.. Facets, .. other.Facets], Math.Max(Min, other.Min), Math.Min(Max, other.Max));

    /// <summary>What the item at a place must be.</summary>
    public int[] At(int index) => Facets.Aggregate(Terms.Anything, (terms, facet) => Terms.And(terms, facet.At(index)));
}
