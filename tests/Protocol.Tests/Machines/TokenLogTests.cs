using Godwit.Contracts.Frames;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Protocol.Tests.Machines;

public sealed class TokenLogTests
{
    private readonly TokenLog _log = new();

    [Fact]
    public void Frames_without_tokens_are_taken_once_though_every_stream_brings_them()
    {
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.None, 0));
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.None, 0));
        _log.BeginStream();
        Assert.Equal(FrameVerdict.Drop, Judge(FrameFlags.None, 0));
        Assert.Equal(FrameVerdict.Drop, Judge(FrameFlags.None, 0));
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.None, 0));
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.None, 0, 5, 6));
        _log.BeginStream();
        Assert.Equal(FrameVerdict.Drop, Judge(FrameFlags.None, 0));
        Assert.Equal(FrameVerdict.Drop, Judge(FrameFlags.None, 0, 5));
        Assert.Equal(FrameVerdict.Broken, Judge(FrameFlags.None, 1, 6, 7));
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.ChoiceFinished, 2));
        _log.BeginStream();
        Assert.Equal(FrameVerdict.Drop, Judge(FrameFlags.ChoiceFinished, 2));
        Assert.Equal(FrameVerdict.Broken, Judge(FrameFlags.None, 2, 8));
        Assert.Equal([5, 6], _log.OutputOf(0));
    }

    [Fact]
    public void A_frame_that_says_nothing_is_a_sign_of_life_at_any_time()
    {
        Judge(FrameFlags.None, 0, 5, 6);
        Assert.Equal(FrameVerdict.Accept, _log.Judge(new Frame(FrameFlags.None, 0, 0, [], default)));
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.None, 2, 7));
    }

    [Fact]
    public void The_last_frame_fits_when_every_choice_is_finished()
    {
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.Prompt, 0, 1));
        Assert.Equal(FrameVerdict.Broken, Judge(FrameFlags.Last, 0));
        Judge(FrameFlags.ChoiceFinished, 0, 2);
        Assert.Equal(FrameVerdict.Broken, Judge(FrameFlags.Last, 0, 3));
        Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.Last, 0));
    }

    [Fact]
    public void An_answer_without_choices_has_only_a_last_frame() => Assert.Equal(FrameVerdict.Accept, Judge(FrameFlags.Last, 0));

    private FrameVerdict Judge(FrameFlags flags, int first, params int[] tokens) =>
        _log.Judge(new Frame(flags, 0, first, tokens, new byte[1]));
}
