using Godwit.Contracts.Selection;
using Godwit.Router.Library;

namespace Godwit.Router.Selection;

/// <summary>
/// Costs C of the experts that may be chosen, each goal from 0 (the cheapest of them) to 1 (the dearest). What nobody has measured costs 1.
/// </summary>
internal static class CostScale
{
    // Loads closer than this do not delay anybody; without it, noise between idle instances would be blown up to the whole scale.
    private const double LeastLoadRange = 0.5;

    /// <summary>Costs by expert, each in the order of <see cref="GoalNames.All"/>.</summary>
    public static double[][] Of(IReadOnlyList<ExpertFacts> experts)
    {
        double[][] costs = new double[experts.Count][];
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i] = new double[GoalWeights.Count];
        }

        double msPerWeight = MsPerWeight(experts);
        Span<double> values = experts.Count <= 64 ? stackalloc double[experts.Count] : new double[experts.Count];
        for (int goal = 0; goal < GoalWeights.Count; goal++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = ValueOf(experts[i], GoalNames.All[goal], msPerWeight);
            }

            Scale(values, GoalNames.All[goal], costs, goal);
        }

        return costs;
    }

    private static double ValueOf(ExpertFacts expert, string goal, double msPerWeight) => goal switch
    {
        GoalNames.Size => expert.Parameters is { } parameters ? Math.Log(Math.Max(1, parameters)) : double.NaN,
        GoalNames.Recency => expert.Date is { } date ? -date.DayNumber : double.NaN,
        GoalNames.Security => expert.Security,
        GoalNames.Verbosity => expert.Verbosity ?? double.NaN,
        GoalNames.Readability => expert.Readability ?? double.NaN,
        GoalNames.Price => expert.Price,
        GoalNames.Latency => expert.StepMs ?? (expert.Parameters * msPerWeight) ?? double.NaN,
        _ => expert.Load,
    };

    private static void Scale(ReadOnlySpan<double> values, string goal, double[][] costs, int column)
    {
        double least = double.PositiveInfinity;
        double most = double.NegativeInfinity;
        foreach (double value in values)
        {
            // Comparisons with NaN are false.
            least = value < least ? value : least;
            most = value > most ? value : most;
        }

        double range = goal switch
        {
            GoalNames.Queue => Math.Max(most - least, LeastLoadRange),
            // Times jitter: only one twice as long fills the scale.
            GoalNames.Latency => Math.Max(most - least, least),
            _ => most - least,
        };
        bool measured = most >= least;
        for (int i = 0; i < values.Length; i++)
        {
            costs[i][column] = !measured ? 0
                : double.IsNaN(values[i]) ? 1
                : range > 0 ? (values[i] - least) / range
                : 0;
        }
    }

    // What an instance that has not run yet will take, by those that have.
    private static double MsPerWeight(IReadOnlyList<ExpertFacts> experts)
    {
        List<double> ratios = new(experts.Count);
        foreach (ExpertFacts expert in experts)
        {
            if (expert is { StepMs: { } ms, Parameters: > 0 and { } parameters })
            {
                ratios.Add(ms / parameters);
            }
        }

        ratios.Sort();
        return ratios.Count > 0 ? ratios[(ratios.Count - 1) / 2] : 1e-6;
    }
}
