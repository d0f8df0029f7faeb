using Godwit.Worker.Engine;

namespace Godwit.CommandLine.Bench;

/// <summary>What a runner computes with, by what it says of itself: options ask for more than a machine or a format has.</summary>
/// <param name="Format">Format of the weights in memory: f32, bf16 or int8.</param>
/// <param name="Mode"><c>exact</c>; <c>fast</c> where <c>--fast</c> took effect; <c>inexact</c> where rows depend on their batch.</param>
internal sealed record RunnerArithmetic(string Format, string Mode)
{
    private const string RoundedInputs = "bf16dot";

    /// <summary>Whether the inputs of bf16 products are rounded to bf16.</summary>
    public bool IsFast => Mode == "fast";

    /// <summary>Reads the runner's numerics id: its kernels, the format of the weights, and what else its bits depend on.</summary>
    public static RunnerArithmetic Of(IModelRunner runner)
    {
        string[] parts = runner.NumericsId.Split('/');
        bool isFast = parts.Any(part => part.StartsWith(RoundedInputs, StringComparison.Ordinal));
        return new RunnerArithmetic(parts[1], !runner.IsExact ? "inexact" : isFast ? "fast" : "exact");
    }

    /// <summary>The line for whoever asked for <c>--fast</c> and gets <paramref name="runner"/>, which is the same without it.</summary>
    public static string FastChangesNothing(IModelRunner runner) => $"--fast changes nothing here: it computes in {runner.NumericsId}.";
}
