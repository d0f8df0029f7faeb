using System.Threading.Channels;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Engine;

public sealed class WaitingSequencesTests
{
    private static readonly Tokenizer s_tokenizer = Tokenizer.Load(BundledModel.Folder("stories260k"));
    private static readonly int[] s_prompt = [.. Enumerable.Range(10, 40)];
    private static readonly List<BlockHash> s_contents = BlockHash.Chain("", s_prompt);

    [Fact]
    public void SharedBlocks_AreThoseThatSomebodyHolds()
    {
        var pool = new BlockPool(8);
        Filled(pool, blocks: 2);
        Assert.Equal((32, 3, 2), StateOf(pool));
    }

    [Fact]
    public void SharedBlocks_BehindOneThatNobodyHolds_DoNotCount()
    {
        // The first block of the second table stays nameless, so that its other one is found only as long as the first table's is cached.
        var pool = new BlockPool(8);
        BlockTable first = Filled(pool, blocks: 1);
        Filled(pool, blocks: 2);
        first.Release();
        Assert.Equal((32, 3, 0), StateOf(pool));
    }

    [Fact]
    public void Order_IsThatOfUrgency()
    {
        var waiting = new WaitingSequences(new BlockPool(8), usePrefixCache: true);
        Sequence[] sequences = [.. ((long[])[3, 1, 2]).Select(rank => Create(new Urgency(rank, rank)))];
        foreach (Sequence sequence in sequences)
        {
            waiting.Add(sequence);
        }

        Assert.Equal([1, 2, 3], waiting.Select(sequence => sequence.Urgency.Rank));
        Assert.Equal(9, waiting.Blocks);
        waiting.Remove(sequences[2]);
        Assert.Equal([1, 3], waiting.Select(sequence => sequence.Urgency.Rank));
        Assert.Equal((6, 2), (waiting.Blocks, waiting.Count));
    }

    private static (int Cached, int Needed, int Shared) StateOf(BlockPool pool)
    {
        var waiting = new WaitingSequences(pool, usePrefixCache: true);
        waiting.Add(Create(default));
        BatchScheduler.WaitingState state = waiting.Queue(1).State(0);
        return (state.Cached, state.Needed, state.Shared);
    }

    private static BlockTable Filled(BlockPool pool, int blocks)
    {
        var table = new BlockTable(pool);
        table.MakeWritable(0, blocks * KvBlock.Tokens);
        for (int i = 0; i < blocks; i++)
        {
            table.Register(i, s_contents[i]);
        }

        return table;
    }

    private static Sequence Create(Urgency urgency)
    {
        var sampling = new SamplingParams();
        ChannelWriter<SequenceOutput> outputs = Channel.CreateUnbounded<SequenceOutput>().Writer;
        var sequence = new Sequence(
            0,
            s_prompt,
            s_contents,
            "",
            sampling,
            100,
            new SequenceSampler(sampling, 0, s_prompt, new HashSet<int>(), 512),
            new OutputText(new IncrementalDetokenizer(s_tokenizer, s_prompt, skipSpecialTokens: true), []),
            outputs)
        {
            Urgency = urgency,
        };
        _ = new EngineRequest("r", 0, [sequence], outputs);
        return sequence;
    }
}
