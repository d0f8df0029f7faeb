using Godwit.Contracts.Selection;
using Godwit.Router.Library;
using Godwit.Router.Prediction;
using Microsoft.Extensions.Options;

namespace Godwit.Router.Selection;

/// <summary>Selects: takes the flags out, predicts, and lets the policy choose among the experts as they are now.</summary>
internal sealed class Selector(ExpertCatalog catalog, RouterSlot slot, IOptions<SelectionOptions> options, SelectMetrics metrics)
{
    private readonly SelectionSettings _settings = options.Value.ToSettings();

    /// <summary>Answers a request.</summary>
    public SelectionOutcome Select(SelectRequest? request)
    {
        long start = metrics.Begin();
        SelectionOutcome outcome = SelectRefusals.Of(request) is { } refusal ? new SelectionOutcome(null, refusal) : Choose(request!);
        metrics.End(start, outcome);
        return outcome;
    }

    private SelectionOutcome Choose(SelectRequest request)
    {
        FlaggedPrompt flagged = PromptFlags.Parse(request.Prompt);
        FlagReport flags = flagged.Flags;
        string preset = flags.Preset ?? request.Preset ?? PresetNames.Auto;
        GoalWeights weights = GoalWeights.OfPreset(preset, _settings).With(request.Goals).With(flags.Applied);
        using RouterModel? router = slot.Hold();
        LossPrediction? prediction = router?.RentPrediction();
        if (prediction is not null)
        {
            router!.Predict(flagged.Text, prediction);
        }

        IReadOnlyList<Candidate> candidates = CandidatesOf(router, prediction);
        SelectionDecision decision = SelectionPolicy.Decide(new SelectionInputs(
            request, candidates, weights, preset == PresetNames.Best, prediction?.IsOutOfDomain ?? false, _settings));
        if (prediction is not null)
        {
            router!.Return(prediction);
        }

        return decision.Chosen < 0
            ? new SelectionOutcome(null, SelectRefusals.NobodyEligible(request, decision, candidates))
            : new SelectionOutcome(SelectAnswer.Of(decision, candidates, request, weights, flagged, router?.Digest[..8] ?? ""), null);
    }

    private Candidate[] CandidatesOf(RouterModel? router, LossPrediction? prediction)
    {
        IReadOnlyList<ExpertFacts> experts = catalog.Current;
        Candidate[] candidates = new Candidate[experts.Count];
        for (int i = 0; i < candidates.Length; i++)
        {
            int known = router?.IndexOf(experts[i].Id) ?? -1;
            candidates[i] = new Candidate(
                experts[i],
                known < 0 ? null : new Forecast(
                    prediction!.Losses[known], prediction.Deviations[known], router!.Manifest.Experts[known].HasHead));
        }

        return candidates;
    }
}
