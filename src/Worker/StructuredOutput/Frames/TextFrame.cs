using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within plain text that an automaton describes: a regular expression or one of several choices.</summary>
/// <param name="text">The automaton.</param>
/// <param name="costs">What its rest costs.</param>
/// <param name="state">Its state.</param>
/// <param name="partial">The character in the midst of which reading is.</param>
internal sealed class TextFrame(Dfa text, TextCosts costs, int state, PartialCharacter partial) : Frame(EndFrame.Instance)
{
    private readonly Dfa _text = text;
    private readonly TextCosts _costs = costs;
    private readonly int _state = state;
    private readonly PartialCharacter _partial = partial;

    public override bool MayEnd => _partial.IsNone && _text.Accepts(_state);

    public override bool IsFinal => MayEnd && !_text.HasSuccessor(_state);

    public override void Read(byte value, List<Frame> into)
    {
        switch (_partial.Take(value, json: false, out PartialCharacter next, out int codePoint))
        {
            case CharacterEvent.Complete when _text.Step(_state, codePoint) is var target and >= 0:
                into.Add(new TextFrame(_text, _costs, target, default));
                break;
            case CharacterEvent.Pending when next.Range() is var (low, high, _, _) && _text.CanStep(_state, low, high):
                into.Add(new TextFrame(_text, _costs, _state, next));
                break;
        }
    }

    public override Frame Localize() => this;

    public override bool SameAs(Frame other) =>
        other is TextFrame o && ReferenceEquals(_text, o._text) && _state == o._state && _partial == o._partial;

    public override int LocalHash() =>
        HashCode.Combine(11, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_text), _state, _partial);

    protected override int OwnNeed() => MayEnd ? 0 : _costs.At(_state, _partial);
}
