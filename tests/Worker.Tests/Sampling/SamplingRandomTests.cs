using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

public sealed class SamplingRandomTests
{
    [Fact]
    public void Uniform_IsUniform_OverSeedsChoicesAndPositions()
    {
        double[][] columns =
        [
            [.. Enumerable.Range(0, 20_000).Select(i => SamplingRandom.Uniform(i, 0, 0))],
            [.. Enumerable.Range(0, 20_000).Select(i => SamplingRandom.Uniform(1, i, 0))],
            [.. Enumerable.Range(0, 20_000).Select(i => SamplingRandom.Uniform(1, 0, i))],
        ];
        foreach (double[] column in columns)
        {
            Assert.All(column, u => Assert.InRange(u, 0, Math.BitDecrement(1.0)));
            Assert.Equal(0.5, column.Average(), 0.01);
            double lagged = column.Zip(column.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average() * 12;
            Assert.Equal(0, lagged, 0.03);
        }
    }
}
