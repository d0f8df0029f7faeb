using CsCheck;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Tests.KvCache;

public sealed class BlockPoolTests
{
    private static readonly int[] s_tokens = [.. Enumerable.Range(0, 64)];

    [Fact]
    public void Match_FindsTheLongestCachedPrefix_AndOnlyOfTheSameSalt()
    {
        var pool = new BlockPool(8);
        BlockTable first = Filled(pool, BlockHash.Chain("tenant", s_tokens));
        int[] blocks = first.Blocks.ToArray();
        first.Release();
        Assert.Equal((0, 4, 4), (pool.Used, pool.Cached, pool.Free));

        var second = new BlockTable(pool);
        int[] other = [.. s_tokens[..40], .. Enumerable.Repeat(7, 24)];
        Assert.Equal(2, second.Match(BlockHash.Chain("tenant", other)));
        Assert.Equal(blocks[..2], second.Blocks.ToArray());
        Assert.Equal(0, new BlockTable(pool).Match(BlockHash.Chain("another", s_tokens)));
        pool.Verify([second]);
    }

    [Fact]
    public void Allocate_EvictsTheLeastRecentlyUsed_AndOfOneSequenceTheDeepest()
    {
        var pool = new BlockPool(4);
        List<BlockHash> chain = BlockHash.Chain("", s_tokens);
        Filled(pool, chain).Release();
        int taken = pool.Allocate();
        Assert.Equal(1, pool.Evictions);
        var again = new BlockTable(pool);
        Assert.Equal(3, again.Match(chain));
        again.Release();
        pool.Release(taken);
        pool.Verify([]);
    }

    [Fact]
    public void MakeWritable_CopiesWhatOthersSee()
    {
        var pool = new BlockPool(8);
        var leader = new BlockTable(pool);
        Assert.Null(leader.MakeWritable(0, 20));
        var sibling = new BlockTable(pool);
        sibling.Share(leader);
        int shared = leader.Blocks.Span[1];
        Assert.Equal(1, sibling.Missing(20, 21));
        BlockCopy copy = Assert.NotNull(sibling.MakeWritable(20, 21));
        Assert.Equal(shared, copy.Source);
        Assert.Equal(copy.Destination, sibling.Blocks.Span[1]);
        Assert.Equal(leader.Blocks.Span[0], sibling.Blocks.Span[0]);
        Assert.Null(leader.MakeWritable(20, 21));
        Assert.Equal((1, 1), (leader.Exclusive, sibling.Exclusive));
        pool.Verify([leader, sibling]);
    }

    [Fact]
    public void MakeWritable_CopiesWhatHasAName()
    {
        var pool = new BlockPool(8);
        List<BlockHash> chain = BlockHash.Chain("", s_tokens);
        BlockTable table = Filled(pool, chain);
        Assert.NotNull(table.MakeWritable(63, 64));
        Assert.Equal((4, 1), (pool.Used, pool.Cached));
        pool.Verify([table]);
    }

    [Fact]
    public void Release_Twice_IsRefused()
    {
        var pool = new BlockPool(2);
        int block = pool.Allocate();
        pool.Release(block);
        Assert.Throws<InvalidOperationException>(() => pool.Release(block));
        Assert.Throws<InvalidOperationException>(() => pool.Share(block));
    }

    [Fact]
    public void Verify_NoticesALostTable()
    {
        var pool = new BlockPool(4);
        new BlockTable(pool).MakeWritable(0, 16);
        Assert.Throws<InvalidOperationException>(() => pool.Verify([]));
    }

    [Fact]
    public void Trim_GivesBackWhatThePositionsDoNotNeed()
    {
        var pool = new BlockPool(8);
        var table = new BlockTable(pool);
        table.MakeWritable(0, 50);
        table.Trim(33);
        Assert.Equal((3, 5), (table.Count, pool.Free));
        table.Trim(32);
        table.Trim(40);
        Assert.Equal((2, 6), (table.Count, pool.Free));
        pool.Verify([table]);
    }

    [Fact]
    public void RandomUse_KeepsEveryInvariant() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[1, 4]).Array[1, 200].Sample(steps =>
        {
            var pool = new BlockPool(12);
            var tables = new List<BlockTable>();
            foreach ((int action, int family, int blocks) in steps)
            {
                List<BlockHash> chain = BlockHash.Chain($"{family}", s_tokens.AsSpan(0, blocks * 16));
                if (action <= 1 && pool.Available >= blocks + 1)
                {
                    var table = new BlockTable(pool);
                    int found = table.Match(chain);
                    table.MakeWritable(Math.Min(found * 16, (blocks * 16) - 1), blocks * 16);
                    for (int i = 0; i < blocks; i++)
                    {
                        table.Register(i, chain[i]);
                    }

                    tables.Add(table);
                }
                else if (action == 2 && tables.Count > 0)
                {
                    var sibling = new BlockTable(pool);
                    sibling.Share(tables[family % tables.Count]);
                    tables.Add(sibling);
                }
                else if (action == 3 && tables.Count > 0 && pool.Available > 0)
                {
                    BlockTable table = tables[blocks % tables.Count];
                    int last = (table.Count * 16) - 1;
                    table.MakeWritable(last, last + 1);
                }
                else if (tables.Count > 0)
                {
                    tables[^1].Release();
                    tables.RemoveAt(tables.Count - 1);
                }

                pool.Verify(tables);
            }
        });

    private static BlockTable Filled(BlockPool pool, List<BlockHash> chain)
    {
        var table = new BlockTable(pool);
        table.MakeWritable(0, chain.Count * KvBlock.Tokens);
        for (int i = 0; i < chain.Count; i++)
        {
            table.Register(i, chain[i]);
        }

        return table;
    }
}
