using System.Runtime.CompilerServices;
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

/// <summary>
/// How far a string of which only the length counts has been read: a value, so that walks over many continuations allocate nothing.
/// </summary>
/// <param name="Partial">The character in the midst of which reading is.</param>
/// <param name="Least">Characters that must still come.</param>
/// <param name="Most">Characters that may still come; <see cref="int.MaxValue"/> for any number.</param>
internal readonly record struct StringCursor(PartialCharacter Partial, int Least, int Most)
{
    /// <summary>Tokens that suffice for the rest and the closing quote: any letter will do, and every vocabulary for JSON has those.</summary>
    public int Need => Partial.IsNone
        ? Cost.Add(Least, 1)
        : Cost.Add(Partial.BytesLeft(Partial.Range().Low > 0xFFFF), Math.Max(0, Least - 1) + 1);

    /// <summary>Behind the opening quote.</summary>
    public static StringCursor Start(StringRule rule) => new(default, rule.MinLength, rule.MaxLength);

    /// <summary>Reads a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public StringStep Read(byte value, out StringCursor next)
    {
        next = this;
        switch (Partial.Take(value, json: true, out PartialCharacter partial, out _))
        {
            case CharacterEvent.Quote:
                return Least == 0 ? StringStep.Closed : StringStep.Refused;
            case CharacterEvent.Complete when Most > 0:
                next = new StringCursor(default, Math.Max(0, Least - 1), Most == int.MaxValue ? Most : Most - 1);
                return StringStep.Inside;
            case CharacterEvent.Pending when Most > 0:
                next = this with { Partial = partial };
                return StringStep.Inside;
            default:
                return StringStep.Refused;
        }
    }
}
