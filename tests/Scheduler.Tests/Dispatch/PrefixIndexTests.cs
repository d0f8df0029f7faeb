using CsCheck;
using Godwit.Scheduler.Dispatch;

namespace Godwit.Scheduler.Tests.Dispatch;

public sealed class PrefixIndexTests
{
    [Fact]
    public void It_matches_the_longest_known_beginning_per_instance()
    {
        PrefixIndex index = new();
        index.Add([1, 2, 3], "a", capacity: 10);
        index.Add([1, 2, 9], "b", capacity: 10);
        Assert.Equal(3, index.Match([1, 2, 3, 4], "a"));
        Assert.Equal(2, index.Match([1, 2, 3, 4], "b"));
        Assert.Equal(0, index.Match([2, 3], "c"));
        index.Forget("a");
        Assert.Equal(0, index.Match([1, 2, 3], "a"));
        Assert.Equal(["b"], index.Instances);
    }

    [Fact]
    public void The_first_chunks_of_what_was_used_last_stay_longest()
    {
        PrefixIndex index = new();
        index.Add([1, 2, 3], "a", capacity: 4);
        index.Add([1, 7, 8], "a", capacity: 4);
        Assert.Equal(3, index.Match([1, 7, 8], "a"));
        Assert.Equal(2, index.Match([1, 2, 3], "a"));
    }

    [Fact]
    public void It_stays_within_its_capacity_and_knows_only_what_it_was_told() =>
        Gen.Select(Gen.Int[1, 8], Gen.ULong[0, 5].Array[1, 6].Array[1, 30]).Sample((capacity, prompts) =>
        {
            PrefixIndex index = new();
            foreach (ulong[] prompt in prompts)
            {
                ulong[] chain = Chain(prompt);
                index.Add(chain, "a", capacity);
                Assert.InRange(index.Count, 1, capacity);
                Assert.Equal(Math.Min(capacity, chain.Length), index.Match(chain, "a"));
            }

            HashSet<ulong> told = [.. prompts.SelectMany(Chain)];
            Assert.All(prompts, prompt => Assert.True(index.Match(Chain(prompt), "a") <= Chain(prompt).Count(told.Contains)));
        });

    // Chained, so that equal hashes have equal beginnings.
    private static ulong[] Chain(ulong[] chunks)
    {
        ulong hash = 17;
        return [.. chunks.Select(chunk => hash = (hash * 31) + chunk + 1)];
    }
}
