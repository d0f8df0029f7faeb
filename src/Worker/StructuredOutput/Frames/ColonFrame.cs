using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Between a property's name and its colon.</summary>
/// <param name="progress">The object's progress, this property counted.</param>
/// <param name="value">What the value may be.</param>
/// <param name="whitespace">Where in a run of whitespace.</param>
/// <param name="parent">Where reading continues behind the object.</param>
internal sealed class ColonFrame(ObjectProgress progress, ValueNode value, int whitespace, Frame parent) : Frame(parent)
{
    private readonly ObjectProgress _progress = progress;
    private readonly ValueNode _value = value;
    private readonly int _whitespace = whitespace;

    public override void Read(byte value, List<Frame> into)
    {
        if (value == ':')
        {
            into.Add(new ValueFrame(_value, _progress.Depth, 0, new ObjectFrame(_progress, ObjectPhase.AfterValue, 0, Parent!)));
        }
        else if (JsonWhitespace.TryFollow(_whitespace, value, out int next))
        {
            into.Add(new ColonFrame(_progress, _value, next, Parent!));
        }
    }

    public override bool HidesNames => _progress.Extras.Count < 0;

    public override Frame Localize() =>
        new ColonFrame(_progress.Localize(ExtraKeys.Unknown), _value, _whitespace, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is ColonFrame o && ReferenceEquals(_value, o._value) && _whitespace == o._whitespace && _progress.SameAs(o._progress);

    public override int LocalHash() => HashCode.Combine(
        10, _progress.Hash(), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_value), _whitespace);

    protected override int OwnNeed() =>
        Cost.Add(1, Cost.Add(_value.MinTokens, _progress.Node.Costs?.AfterValue(_progress) ?? Cost.Infinite));
}
