using System.Text.Json.Serialization;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.RouteLlm;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>Everything about a router. What stands at the top is of the original held-out prompts of known domains.</summary>
public sealed record EvaluationReport : GroupReport
{
    /// <summary>Takes the figures of the held-out prompts.</summary>
    public EvaluationReport(GroupReport heldout)
        : base(heldout)
    {
    }

    /// <summary>SHA-256 of the router file, 64 hex digits.</summary>
    [JsonPropertyOrder(-2)]
    public required string Router { get; init; }

    /// <summary>Nats per byte that count as equally good in <see cref="SelectionFigures.WithinEpsilon"/>.</summary>
    public required double Epsilon { get; init; }

    /// <summary>Seed of folds, resamples and splits.</summary>
    public required int Seed { get; init; }

    /// <summary>The same prompts by predicted loss alone, as <c>auto:best</c> chooses: without abstention.</summary>
    public required SelectionFigures AutoBest { get; init; }

    /// <summary>What the baselines were fitted on.</summary>
    public required string BaselinesFittedOn { get; init; }

    /// <summary>Neighbours asked by <c>knn</c>: the number that does best on the held-out prompts, which favours the baseline.</summary>
    public required int KnnNeighbours { get; init; }

    /// <summary>The same for <c>knn_features</c>.</summary>
    public required int KnnFeaturesNeighbours { get; init; }

    /// <summary>Prompts of a domain that nothing was trained on; null: there are none.</summary>
    public GroupReport? Unseen { get; init; }

    /// <summary>Prompts of two domains in one; null: there are none.</summary>
    public GroupReport? Spliced { get; init; }

    /// <summary>Copies of held-out prompts with case and spacing normalised; null: there are none.</summary>
    public GroupReport? Normalised { get; init; }

    /// <summary>The held-out prompts by domain.</summary>
    public required IReadOnlyList<DomainReport> Domains { get; init; }

    /// <summary>The experts.</summary>
    public required IReadOnlyList<ExpertReport> Experts { get; init; }

    /// <summary>Calibration on the held-out prompts.</summary>
    public required CalibrationReport Calibration { get; init; }

    /// <summary>What changes nothing should change no choice.</summary>
    public required RobustnessReport Robustness { get; init; }

    /// <summary>Other settings of abstention.</summary>
    public required IReadOnlyList<AbstentionReport> Abstention { get; init; }

    /// <summary>What weights buy, by goal.</summary>
    public required IReadOnlyList<TradeOffReport> Pareto { get; init; }

    /// <summary>Time of a selection.</summary>
    public required LatencyReport LatencyMs { get; init; }

    /// <summary>Public tables of two models; null: none were given.</summary>
    public IReadOnlyList<PairReport>? Routellm { get; init; }
}
