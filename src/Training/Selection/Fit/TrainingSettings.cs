using Godwit.Router.Features;

namespace Godwit.Training.Selection.Fit;

/// <summary>How a router is trained.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Features of a prompt.</summary>
    public FeatureSpec Features { get; init; } = FeatureSpec.Default;

    /// <summary>Numbers per bucket of the table.</summary>
    public int Width { get; init; } = 64;

    /// <summary>
    /// Standard deviation of the table's numbers before training. A feature that training never sees keeps its row, so a large one lets
    /// prompts of an unknown kind be judged by chance.
    /// </summary>
    public double TableDeviation { get; init; } = 0.05;

    /// <summary>Length of a prompt's embedding.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Most passes over the prompts.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>Passes over hints and prompts together, before those over the prompts alone.</summary>
    public int HintEpochs { get; init; } = 5;

    /// <summary>Passes without a lower loss on the validation prompts after which it ends.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Prompts of one step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Adam's learning rate at the start; it falls to a tenth along a cosine.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Learning rate at the start of the passes over the prompts alone when hints came before; falls alike.</summary>
    public double RefinementRate { get; init; } = 1e-3;

    /// <summary>Share of a prompt's features that a training step does not see.</summary>
    public double FeatureDropout { get; init; } = 0.2;

    /// <summary>Weight of the KL divergence beside the Huber loss: what makes the order right where experts are close.</summary>
    public double DivergenceWeight { get; init; } = 0.2;

    /// <summary>Temperature of the distributions that the divergence compares, nats per byte.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Clusters of embeddings.</summary>
    public int Clusters { get; init; } = 32;

    /// <summary>Same seed, same router, on the same machine with as many threads.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of the arithmetic.</summary>
    public int Threads { get; init; } = 1;
}
