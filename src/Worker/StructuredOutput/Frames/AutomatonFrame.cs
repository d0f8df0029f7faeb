using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within text that an automaton reads: plain text, the content of a string, a property's name.</summary>
/// <param name="automaton">The automaton.</param>
/// <param name="state">Its state.</param>
/// <param name="partial">The character in the midst of which reading is.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal abstract class AutomatonFrame(Dfa automaton, int state, PartialCharacter partial, Frame parent) : Frame(parent)
{
    /// <summary>The automaton.</summary>
    public Dfa Automaton { get; } = automaton;

    /// <summary>Its state.</summary>
    public int State { get; } = state;

    /// <summary>The character in the midst of which reading is.</summary>
    public PartialCharacter Partial { get; } = partial;

    /// <summary>True within a JSON string.</summary>
    public virtual bool IsJson => true;

    /// <summary>True when what may follow, up to a closing quote, depends on nothing but the automaton's state and the character.</summary>
    public virtual bool IsRegular => true;

    /// <summary>Tokens that suffice to finish this frame from another place of a regular text.</summary>
    public abstract int NeedAt(int state, PartialCharacter partial);

    public sealed override void Read(byte value, List<Frame> into)
    {
        switch (Partial.Take(value, IsJson, out PartialCharacter next, out int codePoint))
        {
            case CharacterEvent.Quote when Automaton.Accepts(State):
                Close(into);
                break;
            case CharacterEvent.Complete when Automaton.Step(State, codePoint) is var target and >= 0:
                Complete(target, codePoint, into);
                break;
            case CharacterEvent.Pending:
                (int low, int high, int low2, int high2) = next.Range();
                if ((low <= high && CanStep(low, high)) || (low2 <= high2 && CanStep(low2, high2)))
                {
                    into.Add(Within(next));
                }

                break;
        }
    }

    /// <summary>Adds the frames behind the closing quote.</summary>
    protected abstract void Close(List<Frame> into);

    /// <summary>Adds the frame behind a whole character.</summary>
    protected abstract void Complete(int target, int codePoint, List<Frame> into);

    /// <summary>The frame within a character.</summary>
    protected abstract Frame Within(PartialCharacter partial);

    /// <summary>True when a character of the range, which is not empty, may come.</summary>
    protected virtual bool CanStep(int low, int high) => Automaton.CanStep(State, low, high);
}
