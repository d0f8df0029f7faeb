using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Before a value.</summary>
/// <param name="node">What it may be.</param>
/// <param name="depth">Containers that are open around it.</param>
/// <param name="whitespace">Where in a run of whitespace.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class ValueFrame(ValueNode node, int depth, int whitespace, Frame parent) : Frame(parent)
{
    private readonly ValueNode _node = node;
    private readonly int _depth = depth;
    private readonly int _whitespace = whitespace;

    public override void Read(byte value, List<Frame> into)
    {
        switch (value)
        {
            case (byte)'n' when _node.Null is { } literal:
                into.Add(new LiteralFrame(literal, 1, Parent!));
                return;
            case (byte)'t' when _node.True is { } literal:
                into.Add(new LiteralFrame(literal, 1, Parent!));
                return;
            case (byte)'f' when _node.False is { } literal:
                into.Add(new LiteralFrame(literal, 1, Parent!));
                return;
            case (byte)'"' when _node.String is { } rule:
                into.Add(rule.Content is null
                    ? new StringFrame(StringCursor.Start(rule), Parent!)
                    : new PatternFrame(rule, Dfa.Start, default, Parent!));
                return;
            case (byte)'[':
                foreach (ArrayNode array in _node.Arrays.Where(a => Fits(a.MinDepth)))
                {
                    into.Add(new ArrayFrame(array, _depth + 1, 0, ArrayPhase.Open, 0, Parent!));
                }

                return;
            case (byte)'{':
                foreach (ObjectNode shape in _node.Objects.Where(o => Fits(o.MinDepth)))
                {
                    into.Add(new ObjectFrame(new ObjectProgress(shape, _depth + 1), ObjectPhase.Open, 0, Parent!));
                }

                return;
            default:
                ReadOther(value, into);
                return;
        }
    }

    public override Frame Localize() => new ValueFrame(_node, OutputDepth.Local(_depth, _node.Margin), _whitespace, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is ValueFrame o && ReferenceEquals(_node, o._node) && _depth == o._depth && _whitespace == o._whitespace;

    public override int LocalHash() => HashCode.Combine(3, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_node), _depth, _whitespace);

    protected override int OwnNeed() => _node.MinTokens;

    private bool Fits(int depth) => OutputDepth.Fits(_depth, depth);

    private void ReadOther(byte value, List<Frame> into)
    {
        if (JsonWhitespace.Is(value))
        {
            if (JsonWhitespace.TryFollow(_whitespace, value, out int next))
            {
                into.Add(new ValueFrame(_node, _depth, next, Parent!));
            }
        }
        else if (_node.Number is { } number && value < 0x80 && number.Step(Dfa.Start, value) is var state and >= 0)
        {
            into.Add(new NumberFrame(_node, state, Parent!));
        }
    }
}
