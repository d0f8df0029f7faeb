using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within <c>null</c>, <c>true</c> or <c>false</c>.</summary>
/// <param name="literal">Which.</param>
/// <param name="position">How many of them have been read.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class LiteralFrame(Literal literal, int position, Frame parent) : Frame(parent)
{
    private readonly Literal _literal = literal;
    private readonly int _position = position;

    public override void Read(byte value, List<Frame> into)
    {
        if (_literal.Bytes[_position] == value)
        {
            into.Add(_position + 1 == _literal.Bytes.Length ? Parent! : new LiteralFrame(_literal, _position + 1, Parent!));
        }
    }

    public override Frame Localize() => new LiteralFrame(_literal, _position, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is LiteralFrame o && _position == o._position && _literal.Bytes[0] == o._literal.Bytes[0];

    public override int LocalHash() => HashCode.Combine(4, _literal.Bytes[0], _position);

    protected override int OwnNeed() => _literal.Costs[_position];
}
