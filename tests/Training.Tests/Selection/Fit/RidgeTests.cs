using Godwit.Training.Selection.Fit;

namespace Godwit.Training.Tests.Selection.Fit;

public sealed class RidgeTests
{
    private static readonly Random s_random = new(11);
    private static readonly float[][] s_inputs =
        [.. Enumerable.Range(0, 200).Select(_ => new[] { Number(), 3 * Number(), 5 + Number(), 1f })];

    [Fact]
    public void WithoutNoise_AndHardlyAPenalty_ItFindsTheLine()
    {
        double[] targets = [.. s_inputs.Select(input => (2.0 * input[0]) - input[1] + (0.5 * input[2]) + 4)];
        Ridge ridge = new(s_inputs, 1e-9);
        (float[] weights, double bias) = ridge.Unscale(
            ridge.Solve([.. targets.Select(target => target - targets.Average())]), targets.Average());
        Assert.Equal(2, weights[0], 1e-4);
        Assert.Equal(-1, weights[1], 1e-4);
        Assert.Equal(0.5, weights[2], 1e-4);
        Assert.Equal(0, weights[3]);
        Assert.Equal(4, bias, 1e-3);
    }

    [Fact]
    public void LeaveOneOut_IsWhatLeavingOneOutGives()
    {
        double[] targets = [.. s_inputs.Select(input => input[0] + (0.3 * Number()))];
        double shortcut = new Ridge(s_inputs, 10).LeaveOneOut(targets);
        double slow = Enumerable.Range(0, s_inputs.Length).Average(left =>
        {
            int[] others = [.. Enumerable.Range(0, s_inputs.Length).Where(i => i != left)];
            Ridge without = new([.. others.Select(i => s_inputs[i])], 10);
            double mean = others.Average(i => targets[i]);
            (float[] weights, double bias) = without.Unscale(without.Solve([.. others.Select(i => targets[i] - mean)]), mean);
            return Math.Pow(targets[left] - ExpertHead.Predict(weights, bias, [s_inputs[left]])[0], 2);
        });
        Assert.Equal(slow, shortcut, slow * 0.02);
    }

    [Fact]
    public void VarianceHead_FindsWhereErrorsAreLarge()
    {
        double[] errors = [.. s_inputs.Select(input => Gauss() * Math.Exp(input[0]))];
        (float[] weights, double bias) = VarianceHead.Fit(s_inputs, errors);
        double[] said = ExpertHead.Predict(weights, bias, s_inputs);
        Assert.True(weights[0] > 0.3, $"{weights[0]}");
        Assert.Equal(1, errors.Zip(said, (error, log) => error * error / Math.Exp(log)).Average(), 0.05);
    }

    private static float Number() => (float)((2 * s_random.NextDouble()) - 1);

    private static double Gauss() => Math.Sqrt(-2 * Math.Log(1 - s_random.NextDouble())) * Math.Cos(2 * Math.PI * s_random.NextDouble());
}
