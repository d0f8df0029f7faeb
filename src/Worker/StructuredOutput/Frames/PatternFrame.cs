using System.Runtime.CompilerServices;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a string value whose content an automaton describes, behind its opening quote.</summary>
/// <param name="rule">What it may contain.</param>
/// <param name="state">State of the rule's automaton.</param>
/// <param name="partial">The character in the midst of which reading is.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class PatternFrame(StringRule rule, int state, PartialCharacter partial, Frame parent)
    : AutomatonFrame(rule.Content!, state, partial, parent)
{
    private readonly StringRule _rule = rule;

    public override int NeedAt(int state, PartialCharacter partial) => _rule.Costs?.At(state, partial) ?? Cost.Infinite;

    public override Frame Localize() => new PatternFrame(_rule, State, Partial, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is PatternFrame o && ReferenceEquals(Automaton, o.Automaton) && State == o.State && Partial == o.Partial;

    public override int LocalHash() => HashCode.Combine(13, RuntimeHelpers.GetHashCode(Automaton), State, Partial);

    protected override int OwnNeed() => NeedAt(State, Partial);

    protected override void Close(List<Frame> into) => into.Add(Parent!);

    protected override void Complete(int target, int codePoint, List<Frame> into) =>
        into.Add(new PatternFrame(_rule, target, default, Parent!));

    protected override Frame Within(PartialCharacter partial) => new PatternFrame(_rule, State, partial, Parent!);
}
