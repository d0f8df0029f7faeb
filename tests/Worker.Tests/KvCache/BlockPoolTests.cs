using CsCheck;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Tests.KvCache;

public sealed class BlockPoolTests
{
    [Fact]
    public void Allocate_MoreThanFree_Throws()
    {
        var pool = new BlockPool(3);
        pool.Allocate(2);
        Assert.Throws<InvalidOperationException>(() => pool.Allocate(2));
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void Release_Twice_Throws()
    {
        var pool = new BlockPool(3);
        int[] blocks = pool.Allocate(2);
        pool.Release(blocks);
        Assert.Throws<InvalidOperationException>(() => pool.Release(blocks));
    }

    [Fact]
    public void RandomWorkload_NoBlockIsInTwoPlaces_AndAllComeBack() =>
        Gen.Int[0, 12].Array[1, 200].Sample(sizes =>
        {
            var pool = new BlockPool(40);
            var held = new Queue<int[]>();
            foreach (int size in sizes)
            {
                while (size > pool.Free)
                {
                    pool.Release(held.Dequeue());
                }

                held.Enqueue(pool.Allocate(size));
                int[] all = [.. held.SelectMany(b => b)];
                Assert.Equal(all.Length, all.Distinct().Count());
                Assert.Equal(all.Length, pool.Used);
                Assert.Equal(40, pool.Used + pool.Free);
            }

            while (held.TryDequeue(out int[]? blocks))
            {
                pool.Release(blocks);
            }

            Assert.Equal(0, pool.Used);
        });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    public void Count_RoundsUp(int tokens, int blocks) => Assert.Equal(blocks, KvBlock.Count(tokens));
}
