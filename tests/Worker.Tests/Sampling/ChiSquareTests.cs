namespace Godwit.Worker.Tests.Sampling;

/// <summary>The test that judges the sampler is judged by tabulated values.</summary>
public sealed class ChiSquareTests
{
    // Critical values of the chi-square distribution (Abramowitz and Stegun, table 26.8).
    [Theory]
    [InlineData(1, 3.84146, 0.05)]
    [InlineData(1, 10.828, 0.001)]
    [InlineData(2, 13.816, 0.001)]
    [InlineData(4, 9.48773, 0.05)]
    [InlineData(10, 18.3070, 0.05)]
    [InlineData(10, 29.588, 0.001)]
    [InlineData(10, 4.86518, 0.9)]
    [InlineData(30, 59.703, 0.001)]
    [InlineData(100, 149.449, 0.001)]
    [InlineData(100, 99.3341, 0.5)]
    public void UpperGamma_AgreesWithTheTable(int freedom, double statistic, double probability) =>
        Assert.Equal(probability, ChiSquare.UpperGamma(freedom / 2.0, statistic / 2), 2e-6 + (probability * 1e-3));

    [Theory]
    [InlineData(0.5, 1e-9)]
    [InlineData(7.5, 300.0)]
    [InlineData(64, 40.0)]
    public void UpperGamma_FallsFromOneToZero(double a, double x) =>
        Assert.InRange(ChiSquare.UpperGamma(a, x), 0, 1 + 1e-12);

    [Fact]
    public void PValue_KnowsGoodFromBad()
    {
        Assert.Equal(1, ChiSquare.PValue([500, 300, 200], [0.5, 0.3, 0.2]), 9);
        Assert.InRange(ChiSquare.PValue([515, 290, 195], [0.5, 0.3, 0.2]), 0.3, 0.9);
        Assert.InRange(ChiSquare.PValue([600, 250, 150], [0.5, 0.3, 0.2]), 0, 1e-6);
        Assert.Equal(0, ChiSquare.PValue([999, 1], [1, 0]));
    }
}
