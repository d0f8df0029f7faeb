using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within plain text that an automaton describes: a regular expression or one of several choices.</summary>
/// <param name="text">The automaton.</param>
/// <param name="costs">What its rest costs.</param>
/// <param name="state">Its state.</param>
/// <param name="partial">The character in the midst of which reading is.</param>
internal sealed class TextFrame(Dfa text, TextCosts costs, int state, PartialCharacter partial)
    : AutomatonFrame(text, state, partial, EndFrame.Instance)
{
    private readonly TextCosts _costs = costs;

    public override bool IsJson => false;

    public override bool MayEnd => Partial.IsNone && Automaton.Accepts(State);

    public override bool IsFinal => MayEnd && !Automaton.HasSuccessor(State);

    public override int NeedAt(int state, PartialCharacter partial) =>
        partial.IsNone && Automaton.Accepts(state) ? 0 : _costs.At(state, partial);

    public override Frame Localize() => this;

    public override bool SameAs(Frame other) =>
        other is TextFrame o && ReferenceEquals(Automaton, o.Automaton) && State == o.State && Partial == o.Partial;

    public override int LocalHash() =>
        HashCode.Combine(11, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Automaton), State, Partial);

    protected override int OwnNeed() => NeedAt(State, Partial);

    protected override void Close(List<Frame> into) => throw new InvalidOperationException("Plain text has no closing quote.");

    protected override void Complete(int target, int codePoint, List<Frame> into) =>
        into.Add(new TextFrame(Automaton, _costs, target, default));

    protected override Frame Within(PartialCharacter partial) => new TextFrame(Automaton, _costs, State, partial);
}
