using Godwit.CommandLine.RandomModels;

namespace Godwit.CommandLine.Tests.RandomModels;

public sealed class WeightNoiseTests
{
    private const int Count = 100_000;

    [Fact]
    public void Fill_ManyValues_HaveMeanAndDeviationOfAnInitialisation()
    {
        double[] values = Values("a", 1);
        double mean = values.Average();
        Assert.InRange(mean, -0.0003, 0.0003);
        Assert.InRange(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), 0.0198, 0.0202);
        // A bell, not a box: two thirds within one deviation, few beyond two.
        Assert.InRange(values.Count(v => Math.Abs(v) < 0.02) / (double)Count, 0.65, 0.69);
        Assert.InRange(values.Count(v => Math.Abs(v) > 0.04) / (double)Count, 0.03, 0.05);
    }

    [Fact]
    public void Fill_InParts_GivesTheSameValues()
    {
        ushort[] whole = new ushort[100], parts = new ushort[100];
        new WeightNoise(3, "t").Fill(0, whole);
        new WeightNoise(3, "t").Fill(37, parts.AsSpan(37));
        new WeightNoise(3, "t").Fill(0, parts.AsSpan(0, 37));
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void Fill_OtherSeedOrTensor_GivesOtherValues()
    {
        Assert.True(Same(Values("a", 1), Values("a", 2)) < 0.01);
        Assert.True(Same(Values("a", 1), Values("b", 1)) < 0.01);
        Assert.Equal(1, Same(Values("a", 1), Values("a", 1)));
    }

    private static double Same(double[] some, double[] others) => some.Zip(others, (a, b) => a == b ? 1.0 : 0).Average();

    private static double[] Values(string name, long seed)
    {
        ushort[] values = new ushort[Count];
        new WeightNoise(seed, name).Fill(0, values);
        return [.. values.Select(v => (double)BitConverter.UInt32BitsToSingle((uint)v << 16))];
    }
}
