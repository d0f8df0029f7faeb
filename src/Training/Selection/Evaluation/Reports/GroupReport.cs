using System.Text.Json.Serialization;
using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>The router and its baselines on one group of prompts.</summary>
public record GroupReport : SelectionFigures
{
    /// <summary>Takes the router's figures.</summary>
    /// <param name="figures">Its selections.</param>
    /// <param name="gaps">Where it stands.</param>
    /// <param name="n">How many prompts.</param>
    /// <param name="abstained">Share of them on which the router did not go by its prediction.</param>
    /// <param name="baselines">What stands beside it.</param>
    public GroupReport(SelectionFigures figures, GapFigures gaps, int n, double abstained, BaselineReports baselines)
        : base(figures)
    {
        N = n;
        Abstained = abstained;
        Baselines = baselines;
        GapClosed = gaps.GapClosed;
        GapClosedInterval = gaps.GapClosedInterval;
        GainRandom = gaps.GainRandom;
        GainBest = gaps.GainBest;
        GapOracle = gaps.GapOracle;
    }

    /// <summary>How many prompts.</summary>
    [JsonPropertyOrder(-1)]
    public int N { get; }

    /// <summary>Share of the gap between the best single expert and the oracle that the router closes; null: there is no gap.</summary>
    public double? GapClosed { get; }

    /// <summary>Its interval.</summary>
    public Interval? GapClosedInterval { get; }

    /// <summary>Mean loss below that of random choice, relative.</summary>
    public double? GainRandom { get; }

    /// <summary>Mean loss below that of the best single expert, relative.</summary>
    public double? GainBest { get; }

    /// <summary>Mean loss above the oracle's, relative.</summary>
    public double? GapOracle { get; }

    /// <summary>Share of prompts on which the router did not go by its prediction.</summary>
    public double Abstained { get; }

    /// <summary>What stands beside it.</summary>
    public BaselineReports Baselines { get; }
}
