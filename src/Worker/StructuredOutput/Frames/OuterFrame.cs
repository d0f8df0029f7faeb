namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>
/// Stands for parents that a mask shall not depend on. That a walk came to one of its three forms says where it has to be taken up again
/// with the real parents.
/// </summary>
internal sealed class OuterFrame : Frame
{
    private OuterFrame()
        : base(null)
    {
    }

    /// <summary>Everything inside is done; the next byte is for the parents.</summary>
    public static OuterFrame Reached { get; } = new();

    /// <summary>Everything inside was done before the last byte, which is for the parents too.</summary>
    public static OuterFrame Unread { get; } = new();

    /// <summary>The last byte depends on something that the mask does not know: the token has to be read again from its start.</summary>
    public static OuterFrame Restart { get; } = new();

    public override void Read(byte value, List<Frame> into) => into.Add(Unread);

    public override Frame Localize() => this;

    public override bool SameAs(Frame other) => ReferenceEquals(this, other);

    public override int LocalHash() => 2;

    protected override int OwnNeed() => 0;
}
