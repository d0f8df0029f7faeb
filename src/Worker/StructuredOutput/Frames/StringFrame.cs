namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a string value of which only the length counts, behind its opening quote.</summary>
/// <param name="cursor">How far reading has come.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class StringFrame(StringCursor cursor, Frame parent) : Frame(parent)
{
    // No token has more characters: whether so many or any number may come makes no difference to the next one.
    private const int Many = Masks.TokenTrie.LongestToken + 1;
    private readonly StringCursor _cursor = cursor;

    /// <summary>How far reading has come.</summary>
    public StringCursor Cursor => _cursor;

    public override void Read(byte value, List<Frame> into)
    {
        switch (_cursor.Read(value, out StringCursor next))
        {
            case StringStep.Inside:
                into.Add(new StringFrame(next, Parent!));
                break;
            case StringStep.Closed:
                into.Add(Parent!);
                break;
        }
    }

    public override Frame Localize() =>
        new StringFrame(_cursor.Most > Many ? _cursor with { Most = int.MaxValue } : _cursor, OuterFrame.Reached);

    public override bool SameAs(Frame other) => other is StringFrame o && _cursor == o._cursor;

    public override int LocalHash() => HashCode.Combine(6, _cursor);

    protected override int OwnNeed() => _cursor.Need;
}
