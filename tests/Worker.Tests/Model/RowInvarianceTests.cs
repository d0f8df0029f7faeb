using CsCheck;

namespace Godwit.Worker.Tests.Model;

/// <summary>
/// A row's logits have the same bits alone and in any batch, at any place in it, with any chunking of its prefill (DESIGN §5.3).
/// </summary>
public sealed class RowInvarianceTests
{
    private static readonly RandomModelShape[] s_shapes =
    [
        new() { Heads = 8, KvHeads = 4, HeadDim = 8, Hidden = 64, Intermediate = 172, Vocabulary = 512, Layers = 2 },
        new() { Heads = 4, KvHeads = 2, HeadDim = 64, Hidden = 256, Intermediate = 700, Vocabulary = 1000, Layers = 2 },
        new() { Heads = 3, KvHeads = 3, HeadDim = 14, Hidden = 42, Intermediate = 61, Vocabulary = 101, Layers = 2, QkvBias = true, OutputBias = true },
    ];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void AnyBatch_AnyChunking_SameBitsAsAlone(int shape, int threads)
    {
        using var model = new RandomModel(s_shapes[shape], seed: shape);
        using var driver = new RunnerDriver(model.Folder, threads);
        Gen.Select(Gen.Int[1, 12], Gen.Int).Sample(
            (sequences, seed) => CheckOneWorkload(driver, model.Shape, sequences, new Random(seed)), iter: 12, threads: 1);
    }

    public static TheoryData<string> Families => FamilyShapes.Names;

    [Theory]
    [MemberData(nameof(Families))]
    public void AnyFamily_AnyBatch_AnyChunking_SameBitsAsAlone(string family)
    {
        using var model = new RandomModel(FamilyShapes.All[family], seed: 17);
        using var driver = new RunnerDriver(model.Folder, context: model.Shape.Served);
        Gen.Select(Gen.Int[2, 8], Gen.Int).Sample(
            (sequences, seed) => CheckOneWorkload(driver, model.Shape, sequences, new Random(seed)), iter: 3, threads: 1);
    }

    [Fact]
    public void ThreadsMakeNoDifference()
    {
        using var model = new RandomModel(s_shapes[1], seed: 3);
        int[] tokens = [.. Enumerable.Range(0, 90)];
        using var one = new RunnerDriver(model.Folder, 1);
        float[][] alone = one.Alone(tokens, 80);
        using var two = new RunnerDriver(model.Folder, 2);
        Assert.Equal(alone, two.Alone(tokens, 80));
    }

    private static void CheckOneWorkload(RunnerDriver driver, RandomModelShape shape, int count, Random random)
    {
        int[][] tokens = driver.RandomPrompts(shape, count, random);
        float[][] alone = [.. tokens.Select(t => driver.Alone(t, t.Length)[0])];
        Assert.Equal(alone, driver.Fused(tokens, random));
    }
}
