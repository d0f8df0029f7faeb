namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>
/// The innermost of the things that an output is in the midst of, and a link to the frame at which reading continues when it is done:
/// together the stack of a pushdown automaton. Frames are immutable and share their parents, so that a state is copied by its reference.
/// From every frame some continuation leads to the end.
/// </summary>
internal abstract class Frame(Frame? parent)
{
    private int _need = -1;

    /// <summary>Where reading continues when this is done; null at the bottom.</summary>
    public Frame? Parent { get; } = parent;

    /// <summary>Tokens that suffice from here to the end of the output.</summary>
    public int Need
    {
        get
        {
            if (_need < 0)
            {
                _need = Grammar.Cost.Add(OwnNeed(), Parent?.Need ?? 0);
            }

            return _need;
        }
    }

    /// <summary>True when the output may end here.</summary>
    public virtual bool MayEnd => false;

    /// <summary>True when the output may end here and cannot go on.</summary>
    public virtual bool IsFinal => false;

    /// <summary>True when names of the object matter that a localized frame does not know: its <see cref="Need"/> may then be too low.</summary>
    public virtual bool HidesNames => false;

    /// <summary>Reads a byte: adds every frame that the automaton can then be in, none when the byte is refused.</summary>
    public abstract void Read(byte value, List<Frame> into);

    /// <summary>The same frame for a mask that shall hold whatever the parents are: <see cref="OuterFrame"/> takes their place.</summary>
    public abstract Frame Localize();

    /// <summary>True when the other frame differs at most in its parents.</summary>
    public abstract bool SameAs(Frame other);

    /// <summary>Equal for frames that are the same.</summary>
    public abstract int LocalHash();

    /// <summary>
    /// Reads a byte in all of several ways of reading, of which those that come to the same state are one. Beyond the limit the last are
    /// given up, before they can fork again.
    /// </summary>
    /// <param name="from">The ways before the byte.</param>
    /// <param name="value">The byte.</param>
    /// <param name="into">Those after it; what it held before is dropped.</param>
    public static void ReadAll(List<Frame> from, byte value, List<Frame> into)
    {
        into.Clear();
        for (int i = 0; i < from.Count && into.Count < ConstraintLimits.Threads; i++)
        {
            int known = into.Count;
            from[i].Read(value, into);
            if (into.Count > 1)
            {
                Merge(into, known);
            }
        }
    }

    /// <summary>True when both frames and all their parents are the same.</summary>
    public static bool SameStack(Frame? x, Frame? y)
    {
        while (x is not null && y is not null && !ReferenceEquals(x, y))
        {
            if (!x.SameAs(y))
            {
                return false;
            }

            (x, y) = (x.Parent, y.Parent);
        }

        return ReferenceEquals(x, y);
    }

    private static void Merge(List<Frame> frames, int known)
    {
        int kept = known;
        for (int i = known; i < frames.Count && kept < ConstraintLimits.Threads; i++)
        {
            Frame frame = frames[i];
            if (frames.FindIndex(0, kept, other => SameStack(other, frame)) < 0)
            {
                frames[kept++] = frame;
            }
        }

        frames.RemoveRange(kept, frames.Count - kept);
    }

    /// <summary>Tokens that suffice to finish this frame without its parents.</summary>
    protected abstract int OwnNeed();
}
