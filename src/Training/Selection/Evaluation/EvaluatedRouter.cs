using Godwit.Contracts.Library;
using Godwit.Contracts.Selection;
using Godwit.Router.Features;
using Godwit.Router.Library;
using Godwit.Router.Prediction;
using Godwit.Router.Selection;
using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>
/// The Router's own code over a set of experts: its features, its prediction, its policy. Every expert is taken to have one idle instance.
/// </summary>
internal sealed class EvaluatedRouter
{
    private static readonly SelectRequest s_request = new("");

    private readonly SelectionSettings _settings;
    private readonly GoalWeights _auto;
    private readonly RouterModel _model;
    private readonly LossPrediction _prediction;
    private readonly ExpertFacts[] _facts;
    private readonly int[] _columns;
    private FlaggedPrompt? _flagged;

    /// <summary>Takes a router file over the experts that it knows and that have labels.</summary>
    /// <param name="model">The router file; the caller disposes it.</param>
    /// <param name="labelled">Experts with labels.</param>
    /// <param name="cards">Model cards, for what experts cost.</param>
    /// <param name="tokenMs">Milliseconds per token by expert, where that was measured.</param>
    /// <param name="settings">How its policy weighs.</param>
    /// <exception cref="InvalidDataException">Fewer than two are left to choose from.</exception>
    public EvaluatedRouter(
        RouterModel model,
        IReadOnlySet<string> labelled,
        IReadOnlyList<ModelCard> cards,
        IReadOnlyDictionary<string, double> tokenMs,
        SelectionSettings settings)
    {
        _settings = settings;
        _auto = GoalWeights.OfPreset(PresetNames.Auto, settings);
        _model = model;
        _prediction = model.RentPrediction();
        IReadOnlyList<RouterExpert> known = model.Manifest.Experts;
        _columns = [.. Enumerable.Range(0, known.Count).Where(i => labelled.Contains(known[i].Id))];
        Experts = [.. _columns.Select(column => known[column].Id)];
        _facts = [.. Experts.Select(id => Facts(id, cards.FirstOrDefault(card => card.Id == id), tokenMs))];
        if (Experts.Count < 2)
        {
            throw new InvalidDataException(
                $"The router knows {string.Join(", ", known.Select(expert => expert.Id))}; labels are of {string.Join(", ", labelled)}. "
                + "There is nothing to choose.");
        }
    }

    /// <summary>The experts that are evaluated, in the order of all arrays.</summary>
    public IReadOnlyList<string> Experts { get; }

    /// <summary>Hash buckets of its features.</summary>
    public int Buckets => _model.Manifest.Features.Buckets;

    /// <summary>Number of an expert's weights; null: its card is missing.</summary>
    public long? ParametersOf(int expert) => _facts[expert].Parameters;

    /// <summary>What it makes of a prompt.</summary>
    public RoutedPrompt Route(LabelledPrompt prompt)
    {
        _model.Predict(prompt.Text, _prediction);
        RoutedPrompt routed = new(
            prompt,
            [.. Experts.Select(id => prompt.Losses[id])],
            [.. _columns.Select(column => _prediction.Losses[column])],
            [.. _columns.Select(column => _prediction.Deviations[column])],
            _prediction.IsOutOfDomain,
            FeaturesOf(prompt.Text),
            [.. _prediction.Embedding]);
        SelectionChoice auto = Choose(routed, _settings);
        SelectionChoice best = Field(routed, byLossAlone: true, _settings).Choose(GoalWeights.OfPreset(PresetNames.Best, _settings));
        return routed with { Choice = auto.Index, Abstained = auto.Abstained, BestChoice = best.Index };
    }

    /// <summary>Hashed features and embedding of a text.</summary>
    public (SparseRow Features, float[] Embedding) Read(string text)
    {
        _model.Predict(text, _prediction);
        return (FeaturesOf(text), [.. _prediction.Embedding]);
    }

    /// <summary>Whom it chooses for a prompt with nothing asked for, under these settings.</summary>
    public SelectionChoice Choose(RoutedPrompt prompt, SelectionSettings settings) =>
        Field(prompt, byLossAlone: false, settings).Choose(_auto);

    /// <summary>Whom it chooses for a text with nothing asked for.</summary>
    public int Choose(string text)
    {
        Predict(text);
        return Array.FindIndex(_facts, expert => expert.Id == Answer().Model);
    }

    /// <summary>Whom it chooses under each weight of a goal, all else as <c>auto</c> has it.</summary>
    public IReadOnlyList<int> Sweep(RoutedPrompt prompt, string goal, IReadOnlyList<double> weights)
    {
        SelectionField field = Field(prompt, byLossAlone: false, _settings);
        return [.. weights.Select(weight => field.Choose(_auto.With(GoalWeights.IndexOf(goal), weight)).Index)];
    }

    /// <summary>The first half of what <c>POST /select</c> does with a prompt: flags, features, prediction.</summary>
    public void Predict(string text)
    {
        _flagged = PromptFlags.Parse(text);
        _model.Predict(_flagged.Text, _prediction);
    }

    /// <summary>The second half, on what <see cref="Predict"/> found: choice and answer, with what would have changed it.</summary>
    public SelectResponse Answer()
    {
        SelectionInputs inputs = Inputs(
            [.. _columns.Select(column => _prediction.Losses[column])],
            [.. _columns.Select(column => _prediction.Deviations[column])],
            _prediction.IsOutOfDomain,
            byLossAlone: false,
            _settings);
        return SelectAnswer.Of(SelectionPolicy.Decide(inputs), inputs.Candidates, s_request, _auto, _flagged!, _model.Digest[..8]);
    }

    private static ExpertFacts Facts(string id, ModelCard? card, IReadOnlyDictionary<string, double> tokenMs) => ExpertFacts.Of(id, card) with
    {
        Instances = 1,
        StepMs = tokenMs.TryGetValue(id, out double ms) ? ms : null,
    };

    private SparseRow FeaturesOf(string text)
    {
        FeatureSpec spec = _model.Manifest.Features;
        long[] ids = new long[spec.MaxSlots];
        float[] weights = new float[spec.MaxSlots];
        int count = PromptFeatures.Compute(text, spec, ids, weights);
        return new SparseRow([.. ids.Take(count).Select(id => (int)id)], weights[..count]);
    }

    private SelectionField Field(RoutedPrompt prompt, bool byLossAlone, SelectionSettings settings) =>
        SelectionField.Of(Inputs(prompt.Predicted, prompt.Deviations, prompt.IsOutOfDomain, byLossAlone, settings));

    private SelectionInputs Inputs(double[] losses, double[] deviations, bool isOutOfDomain, bool byLossAlone, SelectionSettings settings)
    {
        Candidate[] candidates = new Candidate[_facts.Length];
        for (int i = 0; i < candidates.Length; i++)
        {
            bool hasHead = _model.Manifest.Experts[_columns[i]].HasHead;
            candidates[i] = new Candidate(_facts[i], new Forecast(losses[i], deviations[i], hasHead));
        }

        return new SelectionInputs(s_request, candidates, _auto, byLossAlone, isOutOfDomain, settings);
    }
}
