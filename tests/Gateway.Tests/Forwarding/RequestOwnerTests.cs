using CsCheck;
using Godwit.Contracts.Frames;
using Godwit.Gateway.Forwarding;

namespace Godwit.Gateway.Tests.Forwarding;

public sealed class RequestOwnerTests
{
    [Fact]
    public void Whatever_is_doubled_or_overlaps_the_log_is_a_prefix_of_the_answer() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 12], Gen.Int[0, 5]).Array[1, 80].Sample(frames =>
        {
            RequestOwner owner = new("r");
            owner.Restart();
            int[] next = new int[2];
            foreach ((int choice, int first, int count) in frames)
            {
                int[] ids = [.. Enumerable.Range(first, count).Select(position => (choice * 1000) + position)];
                FrameVerdict expected = first == next[choice] ? FrameVerdict.Accept
                    : first + count <= next[choice] ? FrameVerdict.Drop
                    : FrameVerdict.Broken;
                Assert.Equal(expected, owner.Accept(new Frame(FrameFlags.None, choice, first, ids, default)));
                next[choice] += expected == FrameVerdict.Accept ? count : 0;
                Assert.Equal(next[choice], owner.NextOf(choice));
                Assert.Equal(Enumerable.Range(choice * 1000, next[choice]), owner.OutputOf(choice));
            }
        });

    [Fact]
    public void Prompts_are_logged_once_and_must_not_change()
    {
        RequestOwner owner = new("r");
        owner.Restart();
        Assert.Equal(FrameVerdict.Accept, owner.Accept(new Frame(FrameFlags.Prompt, 0, 0, [1, 2], default)));
        Assert.Equal(FrameVerdict.Drop, owner.Accept(new Frame(FrameFlags.Prompt, 0, 0, [1, 2], default)));
        Assert.Equal(FrameVerdict.Broken, owner.Accept(new Frame(FrameFlags.Prompt, 0, 0, [1, 3], default)));
        Assert.Equal([1, 2], owner.PromptOf(0)!);
        Assert.Null(owner.PromptOf(1));
        Assert.Equal(0, owner.NextOf(0));
    }

    [Fact]
    public void A_last_frame_has_no_tokens_and_fits_when_every_choice_is_finished()
    {
        RequestOwner owner = new("r");
        owner.Restart();
        owner.Accept(new Frame(FrameFlags.None, 0, 0, [1, 2], default));
        Assert.Equal(FrameVerdict.Broken, owner.Accept(new Frame(FrameFlags.Last, 0, 3, [4], default)));
        Assert.Equal(FrameVerdict.Broken, owner.Accept(new Frame(FrameFlags.Last, 0, 0, [], default)));
        owner.Accept(new Frame(FrameFlags.ChoiceFinished, 0, 2, [], default));
        Assert.Equal(FrameVerdict.Accept, owner.Accept(new Frame(FrameFlags.Last, 0, 0, [], default)));
    }

    [Fact]
    public void Every_start_has_a_new_epoch_and_begins_anew()
    {
        RequestOwner owner = new("r");
        Assert.Equal((1, 1), (owner.Restart(), owner.Epoch));
        owner.Accept(new Frame(FrameFlags.None, 0, 0, [1], default));
        Assert.Equal(2, owner.Restart());
        Assert.Equal(0, owner.NextOf(0));
    }
}
