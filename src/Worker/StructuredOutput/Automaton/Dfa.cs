namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>
/// A deterministic automaton over code points. Every state can still reach an accepting one, so a walk that has not been refused is never
/// in a dead end. An accepting state has a label ≥ 0, which says what was recognised. Immutable.
/// </summary>
internal sealed class Dfa
{
    /// <summary>The label of states that do not accept, and the successor where there is none.</summary>
    public const int None = -1;

    /// <summary>The start state, of an automaton that accepts anything at all.</summary>
    public const int Start = 0;

    private readonly int[] _next;
    private readonly int[] _labels;

    /// <param name="alphabet">Its classes of code points.</param>
    /// <param name="next">Successor by state × class.</param>
    /// <param name="labels">Label by state; all states are live.</param>
    public Dfa(Alphabet alphabet, int[] next, int[] labels)
    {
        Alphabet = alphabet;
        _next = next;
        _labels = labels;
    }

    /// <summary>Accepts nothing.</summary>
    public static Dfa Nothing { get; } = new(Alphabet.Single, [], []);

    /// <summary>Accepts every text.</summary>
    public static Dfa Everything { get; } = new(Alphabet.Single, [0], [0]);

    public Alphabet Alphabet { get; }

    public int StateCount => _labels.Length;

    /// <summary>True when no text is accepted.</summary>
    public bool IsEmpty => _labels.Length == 0;

    /// <summary>Bytes of memory, roughly.</summary>
    public long EstimatedBytes => 64 + (4L * (_next.Length + _labels.Length + (2 * Alphabet.IntervalCount)));

    /// <summary>What has been recognised, or <see cref="None"/>.</summary>
    public int Label(int state) => _labels[state];

    /// <summary>True when a text may end here.</summary>
    public bool Accepts(int state) => _labels[state] >= 0;

    /// <summary>The state after a code point, or <see cref="None"/>.</summary>
    public int Step(int state, int codePoint) => StepClass(state, Alphabet.ClassOf(codePoint));

    /// <summary>The state after a class of code points, or <see cref="None"/>.</summary>
    public int StepClass(int state, int codePointClass) => _next[(state * Alphabet.Count) + codePointClass];

    /// <summary>True when some code point in the range leads on.</summary>
    public bool CanStep(int state, int low, int high)
    {
        int last = Alphabet.IntervalOf(high);
        for (int i = Alphabet.IntervalOf(low); i <= last; i++)
        {
            if (StepClass(state, Alphabet.Interval(i).Class) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when at least one code point leads on.</summary>
    public bool HasSuccessor(int state)
    {
        ReadOnlySpan<int> row = _next.AsSpan(state * Alphabet.Count, Alphabet.Count);
        return row.ContainsAnyExcept(None);
    }

    /// <summary>The label of a whole text, or <see cref="None"/>.</summary>
    public int Match(string text)
    {
        int state = IsEmpty ? None : Start;
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            if (state < 0)
            {
                return None;
            }

            state = Step(state, rune.Value);
        }

        return state < 0 ? None : Label(state);
    }

    /// <summary>The same automaton with other labels; states that lead to none are cut off.</summary>
    public Dfa Relabel(Func<int, int> relabel) => DfaBuilder.Trim(
        Alphabet, _next, [.. _labels.Select(label => label < 0 ? None : relabel(label))]);
}
