using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>What a byte did within a string.</summary>
internal enum StringStep
{
    Refused,
    Inside,
    Closed,
}

/// <summary>How far the content of a string has been read: a value, so that walks over many continuations allocate nothing.</summary>
/// <param name="State">State of the rule's automaton.</param>
/// <param name="Partial">The character in the midst of which reading is.</param>
/// <param name="Least">Without an automaton: characters that must still come.</param>
/// <param name="Most">Without an automaton: characters that may still come; <see cref="int.MaxValue"/> for any number.</param>
internal readonly record struct StringCursor(int State, PartialCharacter Partial, int Least, int Most)
{
    /// <summary>Behind the opening quote.</summary>
    public static StringCursor Start(StringRule rule) => new(Dfa.Start, default, rule.MinLength, rule.MaxLength);

    /// <summary>Reads a byte.</summary>
    public StringStep Read(byte value, StringRule rule, out StringCursor next)
    {
        next = this;
        Dfa? content = rule.Content;
        switch (Partial.Take(value, json: true, out PartialCharacter partial, out int codePoint))
        {
            case CharacterEvent.Quote:
                return (content is null ? Least == 0 : content.Accepts(State)) ? StringStep.Closed : StringStep.Refused;
            case CharacterEvent.Complete when content is not null:
                int target = content.Step(State, codePoint);
                next = this with { State = target, Partial = default };
                return target >= 0 ? StringStep.Inside : StringStep.Refused;
            case CharacterEvent.Complete when Most > 0:
                next = new StringCursor(0, default, Math.Max(0, Least - 1), Most == int.MaxValue ? Most : Most - 1);
                return StringStep.Inside;
            case CharacterEvent.Pending when content is null ? Most > 0 : CanBecome(content, partial):
                next = this with { Partial = partial };
                return StringStep.Inside;
            default:
                return StringStep.Refused;
        }
    }

    /// <summary>Tokens that suffice for the rest and the closing quote.</summary>
    public int Need(StringRule rule)
    {
        if (rule.Costs is { } costs)
        {
            return costs.At(State, Partial);
        }

        // Any letter will do, of which every vocabulary for JSON has some as a token.
        return Partial.IsNone
            ? Cost.Add(Least, 1)
            : Cost.Add(Partial.BytesLeft(Partial.Range().Low > 0xFFFF), Math.Max(0, Least - 1) + 1);
    }

    private bool CanBecome(Dfa content, PartialCharacter partial)
    {
        (int low, int high, int low2, int high2) = partial.Range();
        return (low <= high && content.CanStep(State, low, high)) || (low2 <= high2 && content.CanStep(State, low2, high2));
    }
}
