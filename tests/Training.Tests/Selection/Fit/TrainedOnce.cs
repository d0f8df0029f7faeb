using Godwit.Router.Features;
using Godwit.Training.Selection.Fit;

namespace Godwit.Training.Tests.Selection.Fit;

/// <summary>A small router, trained once for all tests that need one.</summary>
public sealed class TrainedOnce
{
    internal static readonly TrainingSettings Settings = new()
    {
        Features = FeatureSpec.Default with { Buckets = 4096 },
        Width = 16,
        Hidden = 24,
        Epochs = 8,
        Clusters = 8,
        LearningRate = 1e-2,
    };

    internal static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    internal TrainedRouter Router { get; } = Train(Settings);

    internal static TrainedRouter Train(TrainingSettings settings) =>
        new RouterTrainer(settings, new FixedTime()).Train(
            MadeUpPrompts.Make(1500, seed: 7), [.. MadeUpPrompts.Experts.Select(expert => (expert, new string('a', 64)))]);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
