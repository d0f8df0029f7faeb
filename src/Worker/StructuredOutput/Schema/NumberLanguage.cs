using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Regex;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// Texts of JSON numbers, as automata: exact in decimal, with no rounding anywhere. Exponents stand only in numbers of which nothing is
/// asked: wherever bounds are to be kept a number is written out.
/// </summary>
internal static class NumberLanguage
{
    private static readonly string Whole = $"-?(0|[1-9][0-9]{{0,{ConstraintLimits.NumberDigits - 1}}})";

    private static readonly string Digits = $"(\\.[0-9]{{1,{ConstraintLimits.NumberDigits}}})";

    private static readonly CodePointSet[] Characters =
        [.. "-.0123456789".Select(c => CodePointSet.Single(c))];

    // The same in every schema: one automaton, for whose states masks are shared too.
    private static readonly Lazy<Dfa> Any = Once($"{Whole}{Digits}?([eE][+-]?[0-9]{{1,2}})?");
    private static readonly Lazy<Dfa> Unscaled = Once($"{Whole}{Digits}?");
    private static readonly Lazy<Dfa> WithoutFraction = Once($"{Whole}(\\.0)?");

    /// <summary>Every number.</summary>
    public static Dfa All => Any.Value;

    /// <summary>Every number, without exponents.</summary>
    public static Dfa Plain => Unscaled.Value;

    /// <summary>Numbers without a fraction; <c>1.0</c> is one.</summary>
    public static Dfa Integers => WithoutFraction.Value;

    /// <summary>Numbers that are one of the given.</summary>
    public static Dfa OneOf(IEnumerable<ExactDecimal> values, CompileBudget budget) =>
        DfaBuilder.OfWords([.. values.SelectMany(v => v.Spellings()).Distinct(StringComparer.Ordinal)], budget);

    /// <summary>Numbers of which the sign of their difference to <paramref name="bound"/> is wanted.</summary>
    public static Dfa Compared(ExactDecimal bound, Func<int, bool> wanted, CompileBudget budget)
    {
        var alphabet = Alphabet.Of(Characters, budget);
        var comparison = new MagnitudeComparison(bound);
        Dfa magnitudes = DfaBuilder.Explore(
            alphabet,
            MagnitudeComparison.Start,
            (state, c) => Character(alphabet, c) is { } character ? comparison.Read(state, character) : null,
            state => comparison.Label(state) is { } sign && wanted(SignedDifference(bound, state.Negative, sign)) ? 0 : Dfa.None,
            null,
            budget);
        return DfaBuilder.Intersection([Plain, magnitudes], budget);
    }

    /// <summary>Numbers that are whole multiples of a step.</summary>
    public static Dfa MultiplesOf(ExactDecimal step, CompileBudget budget)
    {
        var alphabet = Alphabet.Of(Characters, budget);
        var remainder = new MultipleRemainder(step);
        Dfa multiples = DfaBuilder.Explore(
            alphabet,
            MultipleRemainder.Start,
            (state, c) => Character(alphabet, c) is { } character ? remainder.Read(state, character) : null,
            state => remainder.IsMultiple(state) ? 0 : Dfa.None,
            null,
            budget);
        return DfaBuilder.Intersection([Plain, multiples], budget);
    }

    // From |x| against |bound| to x against bound. Minus zero is zero.
    private static int SignedDifference(ExactDecimal bound, bool negative, int magnitude) =>
        negative == bound.IsNegative ? (negative ? -magnitude : magnitude)
        : bound.IsZero && magnitude == 0 ? 0
        : negative ? -1 : 1;

    private static Lazy<Dfa> Once(string pattern) => new(() => RegexCompiler.WholeMatch(pattern, new CompileBudget()));

    private static char? Character(Alphabet alphabet, int characterClass)
    {
        foreach (char c in "-.0123456789")
        {
            if (alphabet.ClassOf(c) == characterClass)
            {
                return c;
            }
        }

        return null;
    }
}
