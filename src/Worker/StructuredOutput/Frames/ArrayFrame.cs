using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Where in an array reading is.</summary>
internal enum ArrayPhase
{
    Open,
    AfterItem,
}

/// <summary>Within an array, not within an item.</summary>
/// <param name="node">The array's shape.</param>
/// <param name="depth">Containers that are open, this one among them.</param>
/// <param name="count">Items so far.</param>
/// <param name="phase">Behind the bracket or behind an item.</param>
/// <param name="whitespace">Where in a run of whitespace.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class ArrayFrame(ArrayNode node, int depth, int count, ArrayPhase phase, int whitespace, Frame parent) : Frame(parent)
{
    private readonly ArrayNode _node = node;
    private readonly int _depth = depth;
    private readonly int _count = count;
    private readonly ArrayPhase _phase = phase;
    private readonly int _whitespace = whitespace;

    public override void Read(byte value, List<Frame> into)
    {
        if (value == ']')
        {
            if (_count >= _node.Min)
            {
                into.Add(Parent!);
            }
        }
        else if (JsonWhitespace.Is(value))
        {
            if (JsonWhitespace.TryFollow(_whitespace, value, out int next))
            {
                into.Add(new ArrayFrame(_node, _depth, _count, _phase, next, Parent!));
            }
        }
        else if (_node.ItemAt(_count) is { } item && OutputDepth.Fits(_depth, item.MinDepth))
        {
            if (_phase == ArrayPhase.Open)
            {
                Item(item).Read(value, into);
            }
            else if (value == ',')
            {
                into.Add(Item(item));
            }
        }
    }

    public override Frame Localize() =>
        new ArrayFrame(_node, OutputDepth.Local(_depth, _node.Margin), _count, _phase, _whitespace, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is ArrayFrame o
        && ReferenceEquals(_node, o._node)
        && _depth == o._depth
        && _count == o._count
        && _phase == o._phase
        && _whitespace == o._whitespace;

    public override int LocalHash() => HashCode.Combine(
        7, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_node), _depth, _count, _phase, _whitespace);

    protected override int OwnNeed()
    {
        int need = _node.CostToFinish(_count);
        return _phase == ArrayPhase.Open && _count < _node.Min && need < Cost.Infinite ? need - 1 : need;
    }

    private ValueFrame Item(ValueNode item) =>
        new(item, _depth, 0, new ArrayFrame(_node, _depth, _node.Next(_count), ArrayPhase.AfterItem, 0, Parent!));
}
