namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>The bottom of every stack: the output is whole, nothing may follow.</summary>
internal sealed class EndFrame() : Frame(null)
{
    /// <summary>The one end.</summary>
    public static EndFrame Instance { get; } = new();

    public override bool MayEnd => true;

    public override bool IsFinal => true;

    public override void Read(byte value, List<Frame> into)
    {
    }

    public override Frame Localize() => this;

    public override bool SameAs(Frame other) => other is EndFrame;

    public override int LocalHash() => 1;

    protected override int OwnNeed() => 0;
}
