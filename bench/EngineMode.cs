using Godwit.CommandLine.Bench;
using Godwit.Worker.Engine;
using Godwit.Worker.Model;

namespace Godwit.Bench;

/// <summary>A way to compute a model.</summary>
/// <param name="Name"><c>exact</c>, <c>fast</c> or <c>inexact</c>: what its runner says it is.</param>
/// <param name="Model">The model and its options.</param>
internal sealed record EngineMode(string Name, ModelOptions Model)
{
    /// <summary>
    /// Loads a model as asked for, to see what runs. With <see cref="ModelOptions.Fast"/> and the same arithmetic as without it there is
    /// nothing more to measure: null, and a line on standard error.
    /// </summary>
    public static EngineMode? Of(ModelOptions model)
    {
        using IModelRunner runner = LoadedModel.Load(model, new EngineOptions { KvBlocks = 1 }).Runner;
        RunnerArithmetic arithmetic = RunnerArithmetic.Of(runner);
        if (!model.Fast || arithmetic.IsFast)
            return new EngineMode(arithmetic.Mode, model);
        Console.Error.WriteLine(RunnerArithmetic.FastChangesNothing(runner));
        return null;
    }
}
