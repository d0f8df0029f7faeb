namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// Compares a number's magnitude with that of a bound while its text is read: digits before the point decide by their count, then in order;
/// then those behind it. States are small, so that they make an automaton.
/// </summary>
/// <param name="bound">What to compare with.</param>
internal sealed class MagnitudeComparison(ExactDecimal bound)
{
    /// <summary>Before the number.</summary>
    public static State Start { get; } = new(false, Part.Sign, 0, 0);

    /// <summary>Where in a number's text reading is.</summary>
    internal enum Part
    {
        Sign,
        FirstDigit,
        Whole,
        Fraction,
    }

    /// <summary>The state after a character; null when no number goes on so.</summary>
    public State? Read(State state, char character)
    {
        switch (state.Part)
        {
            case Part.Sign when character == '-':
                return state with { Negative = true, Part = Part.FirstDigit };
            case Part.Sign or Part.FirstDigit when char.IsAsciiDigit(character):
                return character == '0'
                    ? state with { Part = Part.Whole }
                    : WholeDigit(state with { Part = Part.Whole }, character);
            case Part.Whole when char.IsAsciiDigit(character):
                return WholeDigit(state, character);
            case Part.Whole when character == '.':
                return state with { Part = Part.Fraction, Position = 0, Sign = WholeSign(state) };
            case Part.Fraction when char.IsAsciiDigit(character):
                return FractionDigit(state, character);
            default:
                return null;
        }
    }

    /// <summary>The sign of the number's magnitude less the bound's, if the number ended here; null where it cannot.</summary>
    public int? Label(State state)
    {
        if (state.Part is Part.Sign or Part.FirstDigit)
        {
            return null;
        }

        int sign = state.Part == Part.Whole ? WholeSign(state) : state.Sign;
        int compared = state.Part == Part.Whole ? 0 : state.Position;
        return sign != 0 ? sign : compared < bound.Fraction.Length ? -1 : 0;
    }

    // Digits beyond the bound's count make the number larger, whatever they are.
    private State WholeDigit(State state, char digit)
    {
        int position = Math.Min(state.Position + 1, bound.Whole.Length + 1);
        int sign = state.Sign != 0 || position > bound.Whole.Length ? state.Sign : digit.CompareTo(bound.Whole[position - 1]);
        return state with { Position = position, Sign = Math.Sign(sign) };
    }

    private int WholeSign(State state) =>
        state.Position != bound.Whole.Length ? state.Position.CompareTo(bound.Whole.Length) : state.Sign;

    private State FractionDigit(State state, char digit)
    {
        if (state.Sign != 0)
        {
            return state with { Position = 0 };
        }

        char other = state.Position < bound.Fraction.Length ? bound.Fraction[state.Position] : '0';
        return state with
        {
            Position = Math.Min(state.Position + 1, bound.Fraction.Length),
            Sign = Math.Sign(digit.CompareTo(other)),
        };
    }

    /// <summary>What is known of a number so far.</summary>
    /// <param name="Negative">It has a minus.</param>
    /// <param name="Part">Where in it reading is.</param>
    /// <param name="Position">Digits of this part, as far as they matter.</param>
    /// <param name="Sign">How the digits so far compare with as many of the bound's.</param>
    internal sealed record State(bool Negative, Part Part, int Position, int Sign);
}
