using CsCheck;
using Godwit.Worker.Engine;
using Godwit.Worker.Model.Torch;
using Godwit.Worker.Tests.Model.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Worker.Tests.Model.Torch;

/// <summary>What the tensor runner promises beyond what all runners do.</summary>
public sealed class TorchRunnerTests
{
    public static TheoryData<string> Families => FamilyShapes.Names;

    [Theory]
    [MemberData(nameof(Families))]
    public void AnyFamily_AnyBatch_AnyChunking_AsAlone(string family)
    {
        using var model = new RandomModel(FamilyShapes.All[family], seed: 17);
        using var driver = new RunnerDriver(model.Folder, context: model.Shape.Served, backend: "torch");
        Gen.Select(Gen.Int[2, 8], Gen.Int).Sample(
            (sequences, seed) =>
            {
                var random = new Random(seed);
                int[][] prompts = driver.RandomPrompts(model.Shape, sequences, random);
                float[][] alone = [.. prompts.Select(prompt => driver.Alone(prompt, prompt.Length)[0])];
                Assert.All(alone.Zip(driver.Fused(prompts, random)), pair => AssertClose(pair.First, pair.Second, 1e-4f));
            },
            iter: 3,
            threads: 1);
    }

    /// <summary>The format that a GPU computes in; a bfloat16 has 8 significant bits.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void AnyFamily_InBrainFloats_IsNearTheSameInFp32(string family)
    {
        using var model = new RandomModel(FamilyShapes.All[family], seed: 23);
        using var wide = new RunnerDriver(model.Folder, context: model.Shape.Served, backend: "torch");
        using var brain = new RunnerDriver(
            model.Folder, model.Shape.Served, (files, config, limits) => new TorchRunner(files, config, limits, Backends.Device, bfloat16, threads: 1));
        int[] tokens = [.. Enumerable.Range(0, 24).Select(i => i * 7 % model.Shape.Vocabulary)];

        Assert.All(wide.Alone(tokens, 20).Zip(brain.Alone(tokens, 20)), pair => AssertClose(pair.First, pair.Second, 0.1f));
        Assert.Contains("/bf16/", brain.Runner.NumericsId, StringComparison.Ordinal);
        Assert.StartsWith("bf16/", brain.Runner.KvLayout, StringComparison.Ordinal);
    }

    [Fact]
    public void Identity_SaysThatBitsDependOnTheBatch()
    {
        using var model = new RandomModel(new RandomModelShape { Layers = 2, KvHeads = 2 }, seed: 1);
        using var driver = new RunnerDriver(model.Folder, backend: "torch");
        Assert.False(driver.Runner.IsExact);
        Assert.Equal($"torch-{__version__}/f32/{Backends.Device.type.ToString().ToLowerInvariant()}/inexact", driver.Runner.NumericsId);
        Assert.Equal("f32/2x2x16x2x12", driver.Runner.KvLayout);
    }

    [Fact]
    public void Step_LeavesNoTensorBehind()
    {
        using var model = new RandomModel(FamilyShapes.All["Gemma 3, caps, layer_types"], seed: 1);
        LifetimeStatistics tensors = DisposeScopeManager.Statistics.TensorStatistics;
        long before = tensors.ThreadTotalLiveCount, loaded;
        using (var driver = new RunnerDriver(model.Folder, backend: "torch"))
        {
            loaded = tensors.ThreadTotalLiveCount;
            int[] first = driver.Allocate(16), second = driver.Allocate(16);
            for (int i = 0; i < 10; i++)
            {
                driver.Runner.Forward(new BatchPlan(
                    [new(new[] { 1, 2, 3 }, i, first, 2), new(new[] { 4 }, i, second, 1, WantsHidden: true)], [new(first[0], second[0])]));
                Assert.Equal(loaded, tensors.ThreadTotalLiveCount);
            }
        }

        Assert.True(loaded > before + model.Shape.Layers);
        Assert.Equal(before, tensors.ThreadTotalLiveCount);
    }

    /// <summary>
    /// A number that an operator takes is a native object with a finaliser, which must not run before the operator is done.
    /// </summary>
    [Fact]
    public async Task Step_WhileFinalizersRun_IsWhatItWas()
    {
        using var model = new RandomModel(FamilyShapes.All["Gemma 2"], seed: 1);
        using var driver = new RunnerDriver(model.Folder, backend: "torch");
        int[] tokens = [.. Enumerable.Range(0, 24)];
        float[][] quiet = driver.Alone(tokens, 4);
        using var over = new CancellationTokenSource();
        Task collecting = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        float[][][] busy = [.. Enumerable.Range(0, 80).Select(_ => driver.Alone(tokens, 4))];
        await over.CancelAsync();
        await collecting;
        Assert.All(busy, round => Assert.All(quiet.Zip(round), pair => AssertClose(pair.First, pair.Second, 1e-5f)));
    }

    [Fact]
    public void Load_ThatFails_LeavesNoTensorBehind()
    {
        using var model = new RandomModel(new RandomModelShape { Architecture = "Qwen3ForCausalLM" }, seed: 1);
        string path = Path.Combine(model.Folder, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("Qwen3ForCausalLM", "MistralForCausalLM", StringComparison.Ordinal));
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        TemporaryModel.Refusal(() => new RunnerDriver(model.Folder, backend: "torch"));
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        float largest = expected.Max(Math.Abs);
        Assert.True(largest > 0.1, "the model says nothing");
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -tolerance * largest, tolerance * largest));
    }
}
