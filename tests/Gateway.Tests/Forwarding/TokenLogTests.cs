using CsCheck;
using Godwit.Contracts.Frames;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Gateway.Tests.Forwarding;

public sealed class TokenLogTests
{
    [Fact]
    public void Whatever_is_doubled_or_overlaps_the_log_is_a_prefix_of_the_answer() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 12], Gen.Int[1, 5]).Array[1, 80].Sample(frames =>
        {
            TokenLog log = new();
            int[] next = new int[2];
            foreach ((int choice, int first, int count) in frames)
            {
                int[] ids = [.. Enumerable.Range(first, count).Select(position => (choice * 1000) + position)];
                FrameVerdict expected = first == next[choice] ? FrameVerdict.Accept
                    : first + count <= next[choice] ? FrameVerdict.Drop
                    : FrameVerdict.Broken;
                Assert.Equal(expected, log.Judge(new Frame(FrameFlags.None, choice, first, ids, default)));
                next[choice] += expected == FrameVerdict.Accept ? count : 0;
                Assert.Equal(next[choice], log.NextOf(choice));
                Assert.Equal(Enumerable.Range(choice * 1000, next[choice]), log.OutputOf(choice));
            }
        });

    [Fact]
    public void Prompts_are_logged_once_and_must_not_change()
    {
        TokenLog log = new();
        Assert.Equal(FrameVerdict.Accept, log.Judge(new Frame(FrameFlags.Prompt, 0, 0, [1, 2], default)));
        Assert.Equal(FrameVerdict.Drop, log.Judge(new Frame(FrameFlags.Prompt, 0, 0, [1, 2], default)));
        Assert.Equal(FrameVerdict.Broken, log.Judge(new Frame(FrameFlags.Prompt, 0, 0, [1, 3], default)));
        Assert.Equal([1, 2], log.PromptOf(0)!);
        Assert.Null(log.PromptOf(1));
        Assert.Equal(0, log.NextOf(0));
    }

    [Fact]
    public void A_last_frame_has_no_tokens_and_fits_when_every_choice_is_finished()
    {
        TokenLog log = new();
        log.Judge(new Frame(FrameFlags.None, 0, 0, [1, 2], default));
        Assert.Equal(FrameVerdict.Broken, log.Judge(new Frame(FrameFlags.Last, 0, 3, [4], default)));
        Assert.Equal(FrameVerdict.Broken, log.Judge(new Frame(FrameFlags.Last, 0, 0, [], default)));
        log.Judge(new Frame(FrameFlags.ChoiceFinished, 0, 2, [], default));
        Assert.Equal(FrameVerdict.Accept, log.Judge(new Frame(FrameFlags.Last, 0, 0, [], default)));
    }

    [Fact]
    public void A_role_that_the_client_has_is_not_said_again_by_the_next_stream_and_a_sign_of_life_is_no_role()
    {
        TokenLog log = new();
        Frame life = new(FrameFlags.None, 0, 0, [], default);
        Frame role = new(FrameFlags.None, 0, 0, [], new byte[] { 1 });
        Frame end = new(FrameFlags.ChoiceFinished, 0, 0, [], default);
        log.BeginStream();
        Assert.Equal(FrameVerdict.Accept, log.Judge(role));
        Assert.Equal(FrameVerdict.Accept, log.Judge(life));
        log.BeginStream();
        Assert.Equal(FrameVerdict.Accept, log.Judge(life));
        Assert.Equal(FrameVerdict.Drop, log.Judge(role));
        Assert.Equal(FrameVerdict.Accept, log.Judge(end));
        log.BeginStream();
        Assert.Equal(FrameVerdict.Drop, log.Judge(role));
        Assert.Equal(FrameVerdict.Drop, log.Judge(end));
    }
}
