using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a string value, behind its opening quote.</summary>
internal sealed class StringFrame : Frame
{
    private readonly StringRule _rule;
    private readonly int _state;
    private readonly PartialCharacter _partial;

    // Without an automaton the state is a length; what counts is how many characters must and how many may still come.
    private readonly int _least;
    private readonly int _most;

    /// <param name="rule">What it may contain.</param>
    /// <param name="parent">Where reading continues behind it.</param>
    public StringFrame(StringRule rule, Frame parent)
        : this(rule, Dfa.Start, default, rule.MinLength, rule.MaxLength, parent)
    {
    }

    private StringFrame(StringRule rule, int state, PartialCharacter partial, int least, int most, Frame parent)
        : base(parent)
    {
        _rule = rule;
        _state = state;
        _partial = partial;
        _least = least;
        _most = most;
    }

    public override void Read(byte value, List<Frame> into)
    {
        Dfa? content = _rule.Content;
        switch (_partial.Take(value, json: true, out PartialCharacter next, out int codePoint))
        {
            case CharacterEvent.Quote when content is null ? _least == 0 : content.Accepts(_state):
                into.Add(Parent!);
                break;
            case CharacterEvent.Complete when content is not null:
                int target = content.Step(_state, codePoint);
                if (target >= 0)
                {
                    into.Add(new StringFrame(_rule, target, default, 0, 0, Parent!));
                }

                break;
            case CharacterEvent.Complete when _most > 0:
                into.Add(new StringFrame(_rule, 0, default, Math.Max(0, _least - 1), _most == int.MaxValue ? _most : _most - 1, Parent!));
                break;
            case CharacterEvent.Pending when content is null ? _most > 0 : CanBecome(content, next):
                into.Add(new StringFrame(_rule, _state, next, _least, _most, Parent!));
                break;
        }
    }

    public override Frame Localize() => new StringFrame(_rule, _state, _partial, _least, _most, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is StringFrame o
        && ReferenceEquals(_rule.Content, o._rule.Content)
        && _state == o._state
        && _partial == o._partial
        && _least == o._least
        && _most == o._most;

    public override int LocalHash() => HashCode.Combine(
        6, _rule.Content is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_rule.Content), _state, _partial, _least, _most);

    // Between the quotes any letter does, of which every vocabulary has some as a token; then the quote.
    protected override int OwnNeed() => _rule.Costs is { } costs
        ? costs.At(_state, _partial)
        : Cost.Add(_partial.IsNone ? 0 : _partial.BytesLeft(_partial.Range().Low > 0xFFFF), Math.Max(0, _least - (_partial.IsNone ? 0 : 1)) + 1);

    private bool CanBecome(Dfa content, PartialCharacter partial)
    {
        (int low, int high, int low2, int high2) = partial.Range();
        return (low <= high && content.CanStep(_state, low, high)) || (low2 <= high2 && content.CanStep(_state, low2, high2));
    }
}
