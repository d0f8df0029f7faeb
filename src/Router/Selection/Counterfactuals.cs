using Godwit.Contracts.Selection;

namespace Godwit.Router.Selection;

/// <summary>
/// At which weight of a goal the choice changes, all else as it is. Every total is a line over that weight, so the lowest of them changes
/// only where lines cross: the crossings are walked through outwards from the weight in force, and each is tried.
/// </summary>
internal static class Counterfactuals
{
    // Weights are told in this many steps per unit; more digits nobody would type.
    private const double Steps = 1000;

    // Lines that meet at weight 0 may miss it by a rounding.
    private const double Rounding = 1e-9;

    // A crossing at a whole step may be computed a hair beyond it, and told at the step itself nothing would change yet.
    private const double StepRounding = 1e-6;

    /// <summary>Per goal the nearest such weight, if there is one.</summary>
    public static IReadOnlyList<CrossOver> Of(SelectionField field, GoalWeights weights, SelectionChoice choice)
    {
        if (field.Count < 2)
        {
            return [];
        }

        List<CrossOver> found = [];
        for (int goal = 0; goal < GoalWeights.Count; goal++)
        {
            CrossOver? up = Walk(field, weights, choice, goal, up: true);
            CrossOver? down = weights[goal] > 0 ? Walk(field, weights, choice, goal, up: false) : null;
            CrossOver? nearest = up is { } above && down is { } below
                ? above.Weight - weights[goal] <= weights[goal] - below.Weight ? above : below
                : up ?? down;
            if (nearest is { } crossing)
            {
                found.Add(crossing);
            }
        }

        return found;
    }

    private static CrossOver? Walk(SelectionField field, GoalWeights weights, SelectionChoice choice, int goal, bool up)
    {
        double at = weights[goal];
        int winner = choice.Winner;
        while (Next(field, weights, goal, winner, at, up) is { } next)
        {
            double told = up
                ? Math.Min((Math.Floor((next.At * Steps) + StepRounding) + 1) / Steps, GoalNames.MaxWeight)
                : Math.Max((Math.Ceiling((next.At * Steps) - StepRounding) - 1) / Steps, 0);
            SelectionChoice other = field.Choose(weights.With(goal, told));
            if (other.Index != choice.Index)
            {
                return new CrossOver(goal, told, field.Candidates[other.Index]);
            }

            (winner, at) = (next.Winner, next.At);
        }

        return null;
    }

    // The first weight beyond 'at' at which another line goes below the winner's; of several there the one that goes on as the lowest.
    private static (int Winner, double At)? Next(SelectionField field, GoalWeights weights, int goal, int winner, double at, bool up)
    {
        double own = field.Costs[winner][goal];
        double ownBase = field.Total(winner, weights) - (weights[goal] * own);
        (int Winner, double At)? first = null;
        for (int i = 0; i < field.Count; i++)
        {
            double cost = field.Costs[i][goal];
            if (up ? cost >= own : cost <= own)
            {
                continue;
            }

            double crossing = (field.Total(i, weights) - (weights[goal] * cost) - ownBase) / (own - cost);
            double weight = up ? Math.Max(crossing, at) : Math.Min(Math.Abs(crossing) < Rounding ? 0 : crossing, at);
            bool inside = up ? weight < GoalNames.MaxWeight : weight >= 0;
            bool nearer = first is not { } so || (up ? weight < so.At : weight > so.At)
                || (weight == so.At && (up ? cost < field.Costs[so.Winner][goal] : cost > field.Costs[so.Winner][goal]));
            if (inside && nearer)
            {
                first = (i, weight);
            }
        }

        return first;
    }
}
