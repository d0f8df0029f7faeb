using Godwit.Contracts.Selection;

namespace Godwit.Router.Selection;

/// <summary>Puts a decision into the words of the contract.</summary>
internal static class SelectAnswer
{
    /// <summary>The answer to a request that somebody was chosen for.</summary>
    public static SelectResponse Of(
        SelectionDecision decision,
        IReadOnlyList<Candidate> candidates,
        SelectRequest request,
        GoalWeights weights,
        FlaggedPrompt flagged,
        string router)
    {
        return new SelectResponse(IdOf(decision.Chosen), [.. decision.Order.Where(i => i != decision.Chosen).Select(IdOf)], decision.Reason)
        {
            Prompt = flagged.Text,
            Margin = decision.Margin,
            Abstained = decision.Abstained,
            Router = router,
            Goals = weights.ByName(),
            Experts =
            [
                .. decision.Order.Concat(Enumerable.Range(0, candidates.Count).Where(i => decision.Excluded[i] is not null))
                    .Select(i => ScoreOf(decision, i, candidates[i], request.Previous)),
            ],
            Counterfactuals =
            [
                .. decision.CrossOvers.Select(
                    over => new Counterfactual(GoalNames.All[over.Goal], over.Weight, IdOf(over.Candidate))),
            ],
            Flags = flagged.Flags,
        };

        string IdOf(int candidate) => candidates[candidate].Facts.Id;
    }

    private static ExpertScore ScoreOf(SelectionDecision decision, int index, Candidate candidate, string? previous)
    {
        bool eligible = decision.Excluded[index] is null;
        bool hasInterval = candidate.Forecast is { } forecast && double.IsFinite(forecast.Deviation);
        return new ExpertScore(candidate.Facts.Id)
        {
            Loss = candidate.Forecast?.Loss,
            Low = hasInterval ? candidate.Forecast!.Value.Loss - candidate.Forecast.Value.Deviation : null,
            High = hasInterval ? candidate.Forecast!.Value.Loss + candidate.Forecast.Value.Deviation : null,
            Source = candidate.Forecast is { } source ? source.HasHead ? LossSources.Head : LossSources.Cluster : null,
            Costs = eligible ? CostsByGoal(decision.Costs[index]) : null,
            SwitchCost = eligible && decision.SwitchCost > 0 && candidate.Facts.Id != previous ? decision.SwitchCost : null,
            Total = eligible ? decision.Totals[index] : null,
            Excluded = decision.Excluded[index],
        };
    }

    private static Dictionary<string, double> CostsByGoal(double[] costs)
    {
        Dictionary<string, double> named = new(costs.Length, StringComparer.Ordinal);
        for (int i = 0; i < costs.Length; i++)
        {
            named.Add(GoalNames.All[i], costs[i]);
        }

        return named;
    }
}
