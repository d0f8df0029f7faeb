namespace Godwit.Router.Selection;

/// <summary>
/// Tryage's choice: of the experts that break no hard constraint the one with the least <c>L̂ + Σ λ·C</c>. To it come the cost of a
/// switch in a conversation, and abstention. Pure.
/// </summary>
internal static class SelectionPolicy
{
    /// <summary>Chooses.</summary>
    public static SelectionDecision Decide(SelectionInputs inputs)
    {
        SelectionField field = SelectionField.Of(inputs);
        SelectionChoice choice = field.Choose(inputs.Weights);
        int count = inputs.Candidates.Count;
        double[] totals = new double[count];
        double[][] costs = new double[count][];
        Array.Fill(totals, double.NaN);
        Array.Fill(costs, []);
        int[] order = new int[field.Count];
        for (int i = 0; i < field.Count; i++)
        {
            int candidate = field.Candidates[i];
            order[i] = candidate;
            costs[candidate] = field.Costs[i];
            totals[candidate] = field.Total(i, inputs.Weights);
        }

        // Equal totals stay in the order of the candidates, whatever the sort does.
        Array.Sort(order, (a, b) => totals[a].CompareTo(totals[b]) is var by and not 0 ? by : a.CompareTo(b));
        int chosen = choice.Index < 0 ? -1 : field.Candidates[choice.Index];
        int other = order.FirstOrDefault(candidate => candidate != chosen, -1);
        return new SelectionDecision
        {
            Chosen = chosen,
            Reason = choice.Reason,
            Abstained = choice.Abstained,
            Order = order,
            Excluded = field.Excluded,
            Totals = totals,
            Costs = costs,
            SwitchCost = field.SwitchCost,
            Margin = chosen < 0 || other < 0 ? 0 : totals[other] - totals[chosen],
            CrossOvers = chosen < 0 ? [] : Counterfactuals.Of(field, inputs.Weights, choice),
        };
    }
}
