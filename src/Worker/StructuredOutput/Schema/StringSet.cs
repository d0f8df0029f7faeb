using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>A set of string contents: those of an automaton (all, where it is null) whose length in code points is within bounds.</summary>
internal sealed record StringSet(Dfa? Content, int Min = 0, int Max = int.MaxValue)
{
    /// <summary>Every string.</summary>
    public static StringSet All { get; } = new(Content: null);

    /// <summary>True when no bound and no automaton restricts it.</summary>
    public bool IsAll => Content is null && Min == 0 && Max == int.MaxValue;

    /// <summary>True when nothing is in it, as far as is known without working it out.</summary>
    public bool IsEmpty => Min > Max || Content is { IsEmpty: true };

    /// <summary>What is in both.</summary>
    public StringSet And(StringSet other, CompileBudget budget) => new(
        Content is null ? other.Content : other.Content is null ? Content : DfaBuilder.Intersection([Content, other.Content], budget),
        Math.Max(Min, other.Min),
        Math.Min(Max, other.Max));

    /// <summary>What is in either.</summary>
    public StringSet Or(StringSet other, CompileBudget budget)
    {
        if (IsAll || other.IsAll)
        {
            return All;
        }

        bool lengths = Content is null && other.Content is null && !IsEmpty && !other.IsEmpty
            && Min <= (other.Max == int.MaxValue ? other.Max : other.Max + 1)
            && other.Min <= (Max == int.MaxValue ? Max : Max + 1);
        return lengths
            ? new StringSet(null, Math.Min(Min, other.Min), Math.Max(Max, other.Max))
            : new StringSet(DfaBuilder.Union([ToDfa(budget), other.ToDfa(budget)], budget));
    }

    /// <summary>What is not in it.</summary>
    public StringSet Not(CompileBudget budget) =>
        IsAll ? new StringSet(Dfa.Nothing) : new StringSet(DfaBuilder.Difference(Dfa.Everything, ToDfa(budget), budget));

    /// <summary>The set with its bounds worked into the automaton, where it has one and they matter.</summary>
    public StringSet Settle(CompileBudget budget)
    {
        if (IsEmpty)
        {
            return new StringSet(Dfa.Nothing);
        }

        if (Content is null || (Min == 0 && Max == int.MaxValue))
        {
            return this;
        }

        (int shortest, int longest) = DfaFacts.Lengths(Content);
        return shortest >= Min && longest <= Max ? new StringSet(Content) : new StringSet(ToDfa(budget));
    }

    private Dfa ToDfa(CompileBudget budget)
    {
        if (IsEmpty)
        {
            return Dfa.Nothing;
        }

        if (Min == 0 && Max == int.MaxValue)
        {
            return Content ?? Dfa.Everything;
        }

        Dfa lengths = DfaBuilder.Lengths(Min, Max == int.MaxValue ? null : Max, budget);
        return Content is null ? lengths : DfaBuilder.Intersection([Content, lengths], budget);
    }
}
