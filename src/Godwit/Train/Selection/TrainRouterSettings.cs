using Godwit.Training.Selection.Fit;

namespace Godwit.CommandLine.Train.Selection;

/// <summary>What <c>godwit train router</c> was asked for.</summary>
/// <param name="Servers">Base addresses of the servers that serve the experts.</param>
/// <param name="Prompts">File of prompts.</param>
/// <param name="Output">The router file.</param>
/// <param name="Labels">File of labels that are known, and where new ones go.</param>
/// <param name="Training">How it is trained.</param>
internal sealed record TrainRouterSettings(
    IReadOnlyList<Uri> Servers, string Prompts, string Output, string Labels, TrainingSettings Training)
{
    /// <summary>Experts to choose among; empty: all that are served.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>File of prompts to evaluate with; null: none.</summary>
    public string? HeldOut { get; init; }

    /// <summary>Expert to add to the router that is there; null: train a new one.</summary>
    public string? Add { get; init; }

    /// <summary>Prompts to label an added expert with.</summary>
    public int Probes { get; init; } = 500;

    /// <summary>Calls to the servers at once.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Longer prompts are cut to so many bytes.</summary>
    public int MostBytes { get; init; } = 600;
}
