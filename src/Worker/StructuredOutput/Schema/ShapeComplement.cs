using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// What a shape does not allow. Scalars always have a complement; for arrays and objects each way of breaking the shape is a shape of its
/// own, and some ways ("some property that is not named here") have none.
/// </summary>
/// <param name="all">Every value.</param>
/// <param name="budget">Counts the work.</param>
internal sealed class ShapeComplement(Shape all, CompileBudget budget)
{
    // Items of bounded arrays are taken one by one up to this many.
    private const int MostItems = 16;

    /// <summary>Everything that is not in the shape.</summary>
    /// <exception cref="NotExpressibleException">There is no such shape.</exception>
    public Shape Of(Shape shape)
    {
        // Exponents are given up: that a number with one is outside cannot be told from its text.
        Dfa numbers = shape.Number.IsEmpty ? all.Number
            : ReferenceEquals(shape.Number, all.Number) ? Dfa.Nothing
            : DfaBuilder.Difference(NumberLanguage.Plain, shape.Number, budget);
        var complement = new Shape
        {
            Null = !shape.Null,
            True = !shape.True,
            False = !shape.False,
            Number = numbers,
            String = shape.String is null ? StringSet.All : shape.String.IsAll ? null : shape.String.Not(budget),
            Arrays = all.Arrays,
            Objects = all.Objects,
        };
        foreach (ArrayShape array in shape.Arrays)
        {
            complement = complement.And(all with { Arrays = [.. Breaking(array)] }, budget);
        }

        foreach (ObjectShape shapeOfObjects in shape.Objects)
        {
            complement = complement.And(all with { Objects = [.. Breaking(shapeOfObjects)] }, budget);
        }

        return complement;
    }

    private static IEnumerable<ArrayShape> Breaking(ArrayShape array)
    {
        if (array.Min > 0)
        {
            yield return ArrayShape.All with { Max = array.Min - 1 };
        }

        if (array.Max < int.MaxValue)
        {
            yield return ArrayShape.All with { Min = array.Max + 1 };
        }

        foreach (ItemFacet facet in array.Facets)
        {
            for (int i = 0; i < facet.Prefix.Count; i++)
            {
                foreach (int term in facet.Prefix[i])
                {
                    yield return ItemBroken(i, term);
                }
            }

            if (Terms.IsNothing(facet.Rest))
            {
                yield return ArrayShape.All with { Min = facet.Prefix.Count + 1 };
            }
            else if (facet.Rest.Length > 0)
            {
                if (array.Max > MostItems)
                {
                    throw new NotExpressibleException("it would have to say that some item of an array breaks 'items'");
                }

                for (int i = facet.Prefix.Count; i < array.Max; i++)
                {
                    foreach (int term in facet.Rest)
                    {
                        yield return ItemBroken(i, term);
                    }
                }
            }
        }
    }

    private static ArrayShape ItemBroken(int index, int term) => new(
        [new ItemFacet([.. Enumerable.Repeat(Terms.Anything, index), [Negated(term)]], Terms.Anything)], index + 1);

    private static int Negated(int term) => term is SchemaDocument.True or SchemaDocument.False ? SchemaDocument.False - term : ~term;

    private IEnumerable<ObjectShape> Breaking(ObjectShape shape)
    {
        budget.Spend(1 + shape.Facets.Count);
        foreach (string name in shape.Required)
        {
            yield return ObjectShape.OfProperty(name, Terms.Nothing, required: false);
        }

        if (shape.Min > 0)
        {
            yield return ObjectShape.All with { Max = shape.Min - 1 };
        }

        if (shape.Max < int.MaxValue)
        {
            yield return ObjectShape.All with { Min = shape.Max + 1 };
        }

        if (shape.Names.Count > 0)
        {
            throw new NotExpressibleException("it would have to say that some property breaks 'propertyNames'");
        }

        foreach (PropertyFacet facet in shape.Facets)
        {
            if (facet.Additional.Length > 0 || facet.Patterns.Any(p => p.Value.Length > 0))
            {
                throw new NotExpressibleException(
                    "it would have to say that some property breaks 'additionalProperties' or 'patternProperties'");
            }

            foreach ((string name, int[] terms) in facet.Named)
            {
                foreach (int term in terms)
                {
                    yield return ObjectShape.OfProperty(name, term == SchemaDocument.False ? Terms.Anything : [Negated(term)], required: true);
                }
            }
        }
    }

    /// <summary>A complement that no shape describes.</summary>
    internal sealed class NotExpressibleException(string message) : Exception(message);
}
