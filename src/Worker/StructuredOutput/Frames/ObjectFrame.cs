using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Where in an object reading is, outside of names and values.</summary>
internal enum ObjectPhase
{
    Open,
    AfterComma,
    AfterValue,
}

/// <summary>Within an object, not within a property.</summary>
/// <param name="progress">What it has so far.</param>
/// <param name="phase">Behind what.</param>
/// <param name="whitespace">Where in a run of whitespace.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class ObjectFrame(ObjectProgress progress, ObjectPhase phase, int whitespace, Frame parent) : Frame(parent)
{
    private readonly ObjectProgress _progress = progress;
    private readonly ObjectPhase _phase = phase;
    private readonly int _whitespace = whitespace;

    public override void Read(byte value, List<Frame> into)
    {
        switch (value)
        {
            case (byte)'}' when _phase != ObjectPhase.AfterComma && _progress.CanClose:
                into.Add(Parent!);
                break;
            case (byte)'"' when _phase == ObjectPhase.AfterComma || (_phase == ObjectPhase.Open && _progress.CanAdd):
                into.Add(new KeyFrame(_progress, Parent!));
                break;
            case (byte)',' when _phase == ObjectPhase.AfterValue && _progress.CanAdd:
                into.Add(new ObjectFrame(_progress, ObjectPhase.AfterComma, 0, Parent!));
                break;
            default:
                if (JsonWhitespace.TryFollow(_whitespace, value, out int next))
                {
                    into.Add(new ObjectFrame(_progress, _phase, next, Parent!));
                }

                break;
        }
    }

    public override bool HidesNames => _progress.Extras.Count < 0;

    public override Frame Localize() =>
        new ObjectFrame(_progress.Localize(ExtraKeys.Unknown), _phase, _whitespace, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is ObjectFrame o && _phase == o._phase && _whitespace == o._whitespace && _progress.SameAs(o._progress);

    public override int LocalHash() => HashCode.Combine(8, _progress.Hash(), _phase, _whitespace);

    protected override int OwnNeed() => _progress.Node.Costs is not { } costs ? Cost.Infinite : _phase switch
    {
        ObjectPhase.AfterValue => costs.AfterValue(_progress),
        ObjectPhase.Open when _progress.CanClose => 1,
        _ => Cost.Add(1, costs.WithinName(_progress, Automaton.Dfa.Start, default, NameText.Empty)),
    };
}
