using System.Runtime.CompilerServices;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a string value, behind its opening quote.</summary>
/// <param name="rule">What it may contain.</param>
/// <param name="cursor">How far reading has come.</param>
/// <param name="parent">Where reading continues behind it.</param>
internal sealed class StringFrame(StringRule rule, StringCursor cursor, Frame parent) : Frame(parent)
{
    // No token has more characters: whether so many or any number may come makes no difference to the next one.
    private const int Many = Masks.TokenTrie.LongestToken + 1;
    private readonly StringCursor _cursor = cursor;

    /// <summary>What it may contain.</summary>
    public StringRule Rule { get; } = rule;

    /// <summary>How far reading has come.</summary>
    public StringCursor Cursor => _cursor;

    public override void Read(byte value, List<Frame> into)
    {
        switch (_cursor.Read(value, Rule, out StringCursor next))
        {
            case StringStep.Inside:
                into.Add(new StringFrame(Rule, next, Parent!));
                break;
            case StringStep.Closed:
                into.Add(Parent!);
                break;
        }
    }

    public override Frame Localize() =>
        new StringFrame(Rule, Rule.Content is null && _cursor.Most > Many ? _cursor with { Most = int.MaxValue } : _cursor, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is StringFrame o && ReferenceEquals(Rule.Content, o.Rule.Content) && _cursor == o._cursor;

    public override int LocalHash() =>
        HashCode.Combine(6, Rule.Content is null ? 0 : RuntimeHelpers.GetHashCode(Rule.Content), _cursor);

    protected override int OwnNeed() => _cursor.Need(Rule);
}
