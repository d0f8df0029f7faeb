using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class CalibrationTests
{
    [Fact]
    public void Bins_AreOfEqualCount_ByPredictedValue()
    {
        IReadOnlyList<ReliabilityBin> bins = Reliability.Bins([4, 1, 3, 2], [40, 10, 30, 20], 2);
        Assert.Equal([new ReliabilityBin(2, 1.5, 15), new ReliabilityBin(2, 3.5, 35)], bins);
    }

    [Fact]
    public void ExpectedError_OfAConstantShift_IsTheShift()
    {
        double[] predicted = [.. Enumerable.Range(0, 50).Select(i => i / 10.0)];
        Assert.Equal(0.25, Reliability.ExpectedError(Reliability.Bins(predicted, [.. predicted.Select(p => p + 0.25)])), 12);
        Assert.Equal(0, Reliability.ExpectedError(Reliability.Bins(predicted, predicted)), 12);
    }

    [Fact]
    public void ExpectedError_WeighsBinsByCount() => Assert.Equal(
        (3 * 1.0) / 4, Reliability.ExpectedError([new ReliabilityBin(3, 1, 2), new ReliabilityBin(1, 5, 5)]), 12);

    [Fact]
    public void Coverage_OfGaussianErrors_IsWhatItSays()
    {
        Random random = new(3);
        double[] deviations = [.. Enumerable.Range(0, 20_000).Select(i => 0.1 + (i % 5))];
        double[] actual = [.. deviations.Select(deviation =>
            deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
        IReadOnlyList<Coverage> coverage = Coverage.Of(new double[actual.Length], deviations, actual);
        Assert.Equal([0.5, 0.8, 0.9, 0.95], coverage.Select(level => level.Nominal));
        Assert.All(coverage, level => Assert.InRange(level.Actual, level.Nominal - 0.015, level.Nominal + 0.015));
    }
}
