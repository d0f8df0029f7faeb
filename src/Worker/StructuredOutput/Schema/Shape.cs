using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>A set of JSON values, kind by kind. What arrays and objects hold is left as conjunctions of schemas, to be worked out later.</summary>
internal sealed record Shape
{
    /// <summary>Every value.</summary>
    public static Shape All { get; } = new()
    {
        Null = true,
        True = true,
        False = true,
        Number = NumberLanguage.All,
        String = StringSet.All,
        Arrays = [ArrayShape.All],
        Objects = [ObjectShape.All],
    };

    /// <summary>No value.</summary>
    public static Shape Empty { get; } = new();

    public bool Null { get; init; }

    public bool True { get; init; }

    public bool False { get; init; }

    /// <summary>Texts of numbers; accepts nothing when none are in it.</summary>
    public Dfa Number { get; init; } = Dfa.Nothing;

    /// <summary>Strings; null when none are in it.</summary>
    public StringSet? String { get; init; }

    /// <summary>Arrays of any of these shapes.</summary>
    public IReadOnlyList<ArrayShape> Arrays { get; init; } = [];

    /// <summary>Objects of any of these shapes.</summary>
    public IReadOnlyList<ObjectShape> Objects { get; init; } = [];

    /// <summary>What is in both.</summary>
    public Shape And(Shape other, CompileBudget budget) => new()
    {
        Null = Null && other.Null,
        True = True && other.True,
        False = False && other.False,
        Number = ReferenceEquals(Number, other.Number) ? Number : DfaBuilder.Intersection([Number, other.Number], budget),
        String = String is null || other.String is null ? null : String.And(other.String, budget),
        Arrays = Distinct(Pairs(Arrays, other.Arrays, budget).Select(p => p.First.And(p.Second)).Where(a => a.Min <= a.Max), a => a.Key),
        Objects = Distinct(Pairs(Objects, other.Objects, budget).Select(p => p.First.And(p.Second)).Where(o => o.Min <= o.Max), o => o.Key),
    };

    /// <summary>What is in either.</summary>
    public Shape Or(Shape other, CompileBudget budget) => new()
    {
        Null = Null || other.Null,
        True = True || other.True,
        False = False || other.False,
        Number = Number.IsEmpty ? other.Number : other.Number.IsEmpty ? Number : DfaBuilder.Union([Number, other.Number], budget),
        String = String is null ? other.String : other.String is null ? String : String.Or(other.String, budget),
        Arrays = Distinct(Arrays.Concat(other.Arrays), a => a.Key),
        Objects = Distinct(Objects.Concat(other.Objects), o => o.Key),
    };

    private static IEnumerable<(T First, T Second)> Pairs<T>(IReadOnlyList<T> x, IReadOnlyList<T> y, CompileBudget budget)
    {
        budget.Spend(1 + (10L * x.Count * y.Count));
        return x.SelectMany(first => y.Select(second => (first, second)));
    }

    private static List<T> Distinct<T>(IEnumerable<T> shapes, Func<T, string> key)
    {
        List<T> distinct = [.. shapes.DistinctBy(key, StringComparer.Ordinal)];
        return distinct.Count <= ConstraintLimits.Shapes
            ? distinct
            : throw ConstraintException.TooComplex(
                $"The schema is too complex: 'anyOf', 'oneOf', 'allOf' and the like give one place more than {ConstraintLimits.Shapes} "
                + "different shapes of objects or arrays.");
    }
}
