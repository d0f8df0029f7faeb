using CsCheck;
using Godwit.Router.Prediction;
using Godwit.Training.Selection.Fit;

namespace Godwit.Training.Tests.Selection.Fit;

public sealed class IsotonicTests
{
    private static readonly Gen<double[]> s_losses = Gen.Double[0, 5].Array[0, 300];
    private static readonly Gen<double> s_at = Gen.Double[-3, 8];

    [Fact]
    public void Knots_Rise_WhateverThePairs() => Gen.Select(s_losses, s_losses).Sample((predicted, actual) =>
    {
        int count = Math.Min(predicted.Length, actual.Length);
        (double[] x, double[] y) = Isotonic.Fit(predicted[..count], actual[..count]);
        Assert.Equal(x.Length, y.Length);
        Assert.Equal(x.Order().Distinct(), x);
        Assert.Equal(y.Order().Distinct(), y);
    });

    [Fact]
    public void Apply_IsRisingEverywhere() => Gen.Select(s_losses, s_losses, s_at, s_at).Sample((predicted, actual, a, b) =>
    {
        int count = Math.Min(predicted.Length, actual.Length);
        (double[] x, double[] y) = Isotonic.Fit(predicted[..count], actual[..count]);
        (double low, double high) = (Math.Min(a, b), Math.Max(a, b));
        Assert.True(Calibration.Apply(x, y, low) <= Calibration.Apply(x, y, high));
    });

    [Fact]
    public void ABentRelation_IsStraightened()
    {
        Random random = new(3);
        double[] predicted = [.. Enumerable.Range(0, 500).Select(_ => 3 * random.NextDouble())];
        double[] actual = [.. predicted.Select(x => (x * x / 3) + (0.1 * (random.NextDouble() - 0.5)))];
        (double[] x, double[] y) = Isotonic.Fit(predicted, actual);
        double before = predicted.Zip(actual, (p, a) => Math.Abs(p - a)).Average();
        double after = predicted.Zip(actual, (p, a) => Math.Abs(Calibration.Apply(x, y, p) - a)).Average();
        Assert.True(after < before / 5, $"{before} {after}");
    }
}
