using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a number, which nothing ends but the byte behind it.</summary>
/// <param name="node">The value that it is.</param>
/// <param name="state">State of the node's number automaton.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class NumberFrame(ValueNode node, int state, Frame parent) : Frame(parent)
{
    private readonly ValueNode _node = node;
    private readonly int _state = state;

    public override bool MayEnd => _node.Number!.Accepts(_state) && Parent!.MayEnd;

    public override void Read(byte value, List<Frame> into)
    {
        int next = value < 0x80 ? _node.Number!.Step(_state, value) : -1;
        if (next >= 0)
        {
            into.Add(new NumberFrame(_node, next, Parent!));
        }
        else if (_node.Number!.Accepts(_state))
        {
            Parent!.Read(value, into);
        }
    }

    public override Frame Localize() => new NumberFrame(_node, _state, OuterFrame.Reached);

    public override bool SameAs(Frame other) => other is NumberFrame o && ReferenceEquals(_node.Number, o._node.Number) && _state == o._state;

    public override int LocalHash() =>
        HashCode.Combine(5, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_node.Number), _state);

    protected override int OwnNeed() => _node.NumberCosts?[_state] ?? Cost.Infinite;
}
