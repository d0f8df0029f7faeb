using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>Makes object nodes: which property names there are, and what the value of each must be.</summary>
/// <param name="expander">Works out <c>propertyNames</c>.</param>
/// <param name="nodeOf">The node of a conjunction of schemas.</param>
/// <param name="budget">Counts the work.</param>
internal sealed class ObjectKeys(SchemaExpander expander, Func<int[], ValueNode> nodeOf, CompileBudget budget)
{
    /// <summary>The node of a shape.</summary>
    public ObjectNode Build(ObjectShape shape)
    {
        string[] names = [.. shape.Facets.SelectMany(f => f.Named.Keys).Concat(shape.Required).Distinct(StringComparer.Ordinal)];
        if (names.Length > ConstraintLimits.Properties)
        {
            throw ConstraintException.TooComplex(
                $"An object in the schema has more than {ConstraintLimits.Properties} properties, which is the most allowed.");
        }

        PropertyPattern[] patterns = [.. shape.Facets.SelectMany(f => f.Patterns).DistinctBy(p => p.Source, StringComparer.Ordinal)];
        Dfa? allowed = AllowedNames(shape.Names);
        var required = shape.Required.ToHashSet(StringComparer.Ordinal);
        var classes = new List<KeyClass>();
        foreach (string name in names)
        {
            budget.Spend(10);
            classes.Add(new KeyClass(name, required.Contains(name), nodeOf(shape.Of(name))));
        }

        // Names that no schema lists: told apart by the patterns that they match.
        var extras = new Dictionary<string, int>(StringComparer.Ordinal);
        int Label(int[] labels)
        {
            if (allowed is not null && labels[^1] < 0)
            {
                return Dfa.None;
            }

            if (labels[0] >= 0)
            {
                return labels[0];
            }

            budget.Spend(1 + patterns.Length);
            int[] terms = shape.Facets.Aggregate(Terms.Anything, (all, facet) => Terms.And(all, OfExtra(facet, patterns, labels)));
            if (Terms.IsNothing(terms))
            {
                return Dfa.None;
            }

            string key = Terms.Key(terms);
            if (!extras.TryGetValue(key, out int label))
            {
                label = extras[key] = classes.Count;
                classes.Add(new KeyClass(null, false, nodeOf(terms)));
            }

            return label;
        }

        bool onlyNamed = patterns.Length == 0 && allowed is null && shape.Facets.Any(f => Terms.IsNothing(f.Additional));
        Dfa words = DfaBuilder.OfWords(names, budget);
        Dfa keys = onlyNamed
            ? words
            : DfaBuilder.Product([words, .. patterns.Select(p => p.Names), .. allowed is null ? [] : new[] { allowed }], Label, budget);
        var node = new ObjectNode { Min = shape.Min, Max = shape.Max };
        node.SetKeys(keys, [.. classes]);
        return node;
    }

    private static int[] OfExtra(PropertyFacet facet, PropertyPattern[] patterns, int[] labels) => facet.Of(
        null, facet.Patterns.Select(p => labels[1 + Array.FindIndex(patterns, other => other.Source == p.Source)] >= 0));

    private Dfa? AllowedNames(IReadOnlyList<int> schemas)
    {
        if (schemas.Count == 0)
        {
            return null;
        }

        StringSet? names = expander.Expand([.. schemas]).String?.Settle(budget);
        return names is null ? Dfa.Nothing
            : names.IsAll ? null
            : names.Content ?? DfaBuilder.Lengths(names.Min, names.Max == int.MaxValue ? null : names.Max, budget);
    }
}
