using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// Works out which values schemas allow, one level deep: scalars entirely, arrays and objects as shapes whose contents are conjunctions of
/// schemas again.
/// </summary>
internal sealed class SchemaExpander
{
    private const int DisjointnessDepth = 6;
    private readonly SchemaDocument _document;
    private readonly SchemaParser _parser;
    private readonly CompileBudget _budget;
    private readonly Shape _all;
    private readonly Dictionary<int, Shape> _shapes = [];
    private readonly HashSet<int> _underWay = [];

    public SchemaExpander(SchemaDocument document, CompileBudget budget)
    {
        _document = document;
        _budget = budget;
        _parser = new SchemaParser(document, budget);
        _all = Shape.All;
    }

    /// <summary>What all of the schemas allow.</summary>
    public Shape Expand(int[] terms)
    {
        Shape shape = _all;
        foreach (int term in terms)
        {
            shape = shape.And(Expand(term), _budget);
        }

        return shape;
    }

    /// <summary>What a schema, or for <c>~id</c> its negation, allows.</summary>
    public Shape Expand(int term)
    {
        if (_shapes.TryGetValue(term, out Shape? shape))
        {
            return shape;
        }

        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw ConstraintException.TooComplex("The schema is too complex: '$ref', 'allOf' and the like are chained too deep.");
        }

        if (!_underWay.Add(term))
        {
            throw ConstraintException.Invalid("The schema refers to itself without a property or item in between ('$ref' in a circle).");
        }

        try
        {
            return _shapes[term] = term < 0
                ? new ShapeComplement(_all, _budget).Of(Expand(~term))
                : Expand(_parser.Parse(term));
        }
        finally
        {
            _underWay.Remove(term);
        }
    }

    private Shape Expand(ParsedSchema schema)
    {
        if (schema.Never)
        {
            return Shape.Empty;
        }

        Shape shape = OwnKeywords(schema);
        foreach (int id in schema.AllOf)
        {
            shape = shape.And(Expand(id), _budget);
        }

        if (schema.AnyOf is { } any)
        {
            shape = shape.And(any.Aggregate(Shape.Empty, (union, id) => union.Or(Expand(id), _budget)), _budget);
        }

        if (schema.OneOf is { } one)
        {
            shape = shape.And(ExactlyOne(one, shape), _budget);
        }

        if (schema.Not is { } not)
        {
            shape = shape.And(Negation(not, "not"), _budget);
        }

        if (schema.Conditional is var (condition, then, otherwise) && schema.Conditional is not null)
        {
            shape = shape.And(WhenElse(condition, then, otherwise), _budget);
        }

        foreach ((string name, int? dependent, IReadOnlyList<string> required) in schema.Dependents)
        {
            Shape absent = _all with { Objects = [ObjectShape.OfProperty(name, Terms.Nothing, required: false)] };
            Shape present = dependent is { } id ? Expand(id) : _all with { Objects = [ObjectShape.All with { Required = required }] };
            present = present.And(_all with { Objects = [ObjectShape.All with { Required = [name] }] }, _budget);
            shape = shape.And(absent.Or(present, _budget), _budget);
        }

        return shape;
    }

    private Shape OwnKeywords(ParsedSchema schema)
    {
        JsonKinds kinds = schema.Kinds;
        Dfa number = (kinds & JsonKinds.Number) switch
        {
            JsonKinds.Number => _all.Number,
            JsonKinds.Integer => NumberLanguage.Integers,
            _ => Dfa.Nothing,
        };
        if (!number.IsEmpty && schema.Numbers.Count > 0)
        {
            number = DfaBuilder.Intersection([number, .. schema.Numbers], _budget);
        }

        var shape = new Shape
        {
            Null = kinds.HasFlag(JsonKinds.Null),
            True = kinds.HasFlag(JsonKinds.Boolean),
            False = kinds.HasFlag(JsonKinds.Boolean),
            Number = number,
            String = kinds.HasFlag(JsonKinds.String)
                ? schema.Strings.Aggregate(StringSet.All, (set, other) => set.And(other, _budget))
                : null,
            Arrays = kinds.HasFlag(JsonKinds.Array) ? [schema.Array ?? ArrayShape.All] : [],
            Objects = kinds.HasFlag(JsonKinds.Object) ? [schema.Object ?? ObjectShape.All] : [],
        };
        return schema.Enums.Aggregate(shape, (all, values) => all.And(new ConstantShapes(_document, _budget).Of(values), _budget));
    }

    private Shape WhenElse(int condition, int? then, int? otherwise)
    {
        Shape when = Expand(condition).And(then is { } t ? Expand(t) : _all, _budget);
        Shape unless = Negation(condition, "if");
        return when.Or(unless.And(otherwise is { } o ? Expand(o) : _all, _budget), _budget);
    }

    private Shape Negation(int id, string keyword)
    {
        Shape shape = Expand(id);
        try
        {
            return new ShapeComplement(_all, _budget).Of(shape);
        }
        catch (ShapeComplement.NotExpressibleException e)
        {
            throw ConstraintException.Invalid($"The keyword '{keyword}' is not supported here: {e.Message}.");
        }
    }

    // A branch without all others. Where two branches have nothing in common, as with a discriminating property, nothing has to be taken
    // away; otherwise it must be possible to say what the other does not allow.
    private Shape ExactlyOne(IReadOnlyList<int> ids, Shape context)
    {
        Shape[] branches = [.. ids.Select(id => Expand(id).And(context, _budget))];
        Shape union = Shape.Empty;
        for (int i = 0; i < branches.Length; i++)
        {
            Shape only = branches[i];
            for (int j = 0; j < branches.Length; j++)
            {
                if (i != j && MayHaveValue(only.And(branches[j], _budget), DisjointnessDepth))
                {
                    only = only.And(Negation(ids[j], "oneOf"), _budget);
                }
            }

            union = union.Or(only, _budget);
        }

        return union;
    }

    // False only when it is certain that no value exists.
    private bool MayHaveValue(Shape shape, int depth)
    {
        _budget.Spend();
        return shape.Null || shape.True || shape.False || !shape.Number.IsEmpty
            || shape.String is { } text && !text.Settle(_budget).IsEmpty
            || shape.Arrays.Any(a => a.Min <= a.Max
                && Enumerable.Range(0, Math.Min(a.Min, a.PrefixLength + 1)).All(i => MayHaveValue(a.At(i), depth)))
            || shape.Objects.Any(o => o.Required.Count <= o.Max && o.Required.All(name => MayHaveValue(o.Of(name), depth)));
    }

    private bool MayHaveValue(int[] terms, int depth)
    {
        if (Terms.IsNothing(terms))
        {
            return false;
        }

        bool known = depth > 0 && !terms.Any(_underWay.Contains);
        try
        {
            return !known || MayHaveValue(Expand(terms), depth - 1);
        }
        catch (ShapeComplement.NotExpressibleException)
        {
            return true;
        }
    }
}
