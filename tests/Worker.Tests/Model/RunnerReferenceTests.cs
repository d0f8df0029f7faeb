using Godwit.Worker.Engine;
using Godwit.Worker.Tests.Model.Reference;

namespace Godwit.Worker.Tests.Model;

/// <summary>The forward pass against <see cref="Float64Model"/>: prefill and 20 decode steps, 1e-4 of the largest value.</summary>
public sealed class RunnerReferenceTests
{
    public static TheoryData<string, string> Shapes => Backends.With(FamilyShapes.All.Keys);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_AgreesWithFloat64(string shape, string backend)
    {
        using var model = new RandomModel(FamilyShapes.All[shape], seed: 11);
        using var driver = new RunnerDriver(model.Folder, context: model.Shape.Served, backend: backend);
        var reference = Float64Model.Of(model);
        var random = new Random(5);
        int[] tokens = [.. Enumerable.Range(0, 57).Select(_ => random.Next(model.Shape.Vocabulary))];
        const int Prompt = 37;

        (float[][] logits, float[][] hidden) = driver.Chunked(tokens, Prompt, random);

        double[][] expected = reference.Hidden(tokens);
        Assert.Equal(tokens.Length, hidden.Length);
        Assert.All(expected.Zip(hidden), pair => AssertClose(pair.First, pair.Second));
        Assert.Equal(21, logits.Length);
        Assert.All(expected[(Prompt - 1)..].Zip(logits), pair => AssertClose(reference.Logits(pair.First), pair.Second));
    }

    [Theory]
    [MemberData(nameof(Backends.Names), MemberType = typeof(Backends))]
    public void Forward_WhatIsNotANumber_StaysInItsSequence(string backend)
    {
        using var model = new RandomModel(new RandomModelShape { Tied = false }, seed: 2);
        model.PoisonFirstToken();
        using var driver = new RunnerDriver(model.Folder, backend: backend);
        int[] good = [5, 6, 7], poisoned = [0, .. Enumerable.Range(1, 40)];
        float[] alone = driver.Alone(good, good.Length)[0];

        int[] blocks = driver.Allocate(poisoned.Length), own = driver.Allocate(good.Length);
        float[][] together = driver.Step(
            new PlannedSequence(poisoned.AsMemory(0, 40), 0, blocks, 1), new PlannedSequence(good.AsMemory(0, 2), 0, own, 0));
        Assert.All(together[0], value => Assert.Equal(float.NaN, value));
        together = driver.Step(new PlannedSequence(good.AsMemory(2), 2, own, 1), new PlannedSequence(poisoned.AsMemory(40), 40, blocks, 1));
        AssertClose([.. alone.Select(v => (double)v)], together[0]);

        // Its blocks, as it left them, are the next one's.
        float[] later = driver.Step(new PlannedSequence(good, 0, blocks, 1))[0];
        AssertClose([.. alone.Select(v => (double)v)], later);
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        double largest = expected.Max(Math.Abs);
        Assert.True(largest > 0.1, "the model says nothing");
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -1e-4 * largest, 1e-4 * largest));
    }

    [Theory]
    [MemberData(nameof(Backends.Names), MemberType = typeof(Backends))]
    public void Forward_32DecodeRowsTakeAsManyProductsAsOne(string backend)
    {
        using var model = new RandomModel(new RandomModelShape(), seed: 1);
        using var driver = new RunnerDriver(model.Folder, backend: backend);
        var parts = Enumerable.Range(0, 32)
            .Select(i => new PlannedSequence(new[] { i }, 0, driver.Allocate(1), 1)).ToArray();

        long before = driver.Runner.DenseProducts;
        driver.Step(parts[0]);
        long one = driver.Runner.DenseProducts - before;
        driver.Step(parts);
        long many = driver.Runner.DenseProducts - before - one;

        Assert.Equal((4 * model.Shape.Layers) + 1, one);
        Assert.Equal(one, many);
    }
}
