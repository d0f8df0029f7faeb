using System.Numerics;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>Keeps a number's remainder by a step while its text is read, both scaled to whole numbers.</summary>
internal sealed class MultipleRemainder
{
    private const int LargestStep = 2_000;
    private readonly int _step;
    private readonly int _scale;

    /// <param name="step">More than zero.</param>
    /// <exception cref="ConstraintException">It has too many digits for an automaton.</exception>
    public MultipleRemainder(ExactDecimal step)
    {
        BigInteger unscaled = step.Unscaled();
        if (unscaled > LargestStep || step.Fraction.Length > 20)
        {
            throw ConstraintException.TooComplex(
                $"'multipleOf' is supported up to {LargestStep}, and for decimals whose digits make a number up to that.");
        }

        _step = (int)unscaled;
        _scale = step.Fraction.Length;
    }

    /// <summary>Before the number.</summary>
    public static State Start { get; } = new(0, -2);

    /// <summary>The state after a character; null when no multiple goes on so.</summary>
    public State? Read(State state, char character) => character switch
    {
        '-' => state == Start ? state with { Fraction = -1 } : null,
        '.' => state.Fraction == -3 ? state with { Fraction = 0 } : null,
        _ when state.Fraction < 0 => new State(((state.Remainder * 10) + (character - '0')) % _step, -3),

        // Digits behind those of the step must be zeros.
        _ when state.Fraction == _scale => character == '0' ? state : null,
        _ => new State(((state.Remainder * 10) + (character - '0')) % _step, state.Fraction + 1),
    };

    /// <summary>True when the number may end here and is a multiple.</summary>
    public bool IsMultiple(State state) =>
        state.Fraction is not (-2 or -1)
        && state.Remainder * BigInteger.Pow(10, _scale - Math.Max(state.Fraction, 0)) % _step == 0;

    /// <summary>What is known of a number so far.</summary>
    /// <param name="Remainder">Of the digits so far.</param>
    /// <param name="Fraction">Digits behind the point; −3 before a point, −1 behind a minus, −2 at the start.</param>
    internal sealed record State(int Remainder, int Fraction);
}
