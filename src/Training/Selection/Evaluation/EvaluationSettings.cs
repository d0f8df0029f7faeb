using Godwit.Contracts.Library;
using Godwit.Router.Selection;
using Godwit.Training.Selection.Evaluation.RouteLlm;
using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>What a router is evaluated on.</summary>
/// <param name="Heldout">Labelled prompts that neither experts nor router were trained on.</param>
/// <param name="Cards">Model cards, for what experts cost.</param>
internal sealed record EvaluationSettings(IReadOnlyList<LabelledPrompt> Heldout, IReadOnlyList<ModelCard> Cards)
{
    /// <summary>Labelled prompts that baselines are fitted on, best the router's own; empty: folds of the held-out ones.</summary>
    public IReadOnlyList<LabelledPrompt> Fitted { get; init; } = [];

    /// <summary>Milliseconds per token by expert; empty: not measured, and no trade-off against latency is reported.</summary>
    public IReadOnlyDictionary<string, double> TokenMs { get; init; } = new Dictionary<string, double>();

    /// <summary>Tables of two models.</summary>
    public IReadOnlyList<ResponseTable> Tables { get; init; } = [];

    /// <summary>Nats per byte that count as equally good.</summary>
    public double Epsilon { get; init; } = 0.01;

    /// <summary>How the Router's policy weighs; the default is a Router without configuration.</summary>
    public SelectionSettings Policy { get; init; } = new SelectionOptions().ToSettings();

    /// <summary>Seed of folds, resamples and splits.</summary>
    public int Seed { get; init; } = 1;
}
