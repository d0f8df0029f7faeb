using CsCheck;
using Godwit.Contracts.Selection;
using Godwit.Router.Library;
using Godwit.Router.Selection;

namespace Godwit.Router.Tests.Selection;

/// <summary>What holds of every selection.</summary>
public sealed class SelectionPropertyTests
{
    private static readonly string[] s_ids = ["general", "a", "b", "c", "d", "e"];

    // Fine enough that two are never equal: where totals tie, rounding decides.
    private static readonly Gen<double> s_unit = Gen.Int[0, (1 << 30) - 1].Select(i => (double)i / (1 << 30));

    private static readonly Gen<ExpertFacts> s_facts =
        from instances in Gen.Int[0, 3]
        from context in Gen.Int[64, 1024]
        from parameters in Gen.Long[1000, 10_000_000]
        from day in Gen.Int[0, 3000]
        from security in Gen.Int[0, 2]
        from known in Gen.Int[0, 7]
        from numbers in s_unit.Array[5]
        select new ExpertFacts("")
        {
            Instances = instances,
            ContextLength = context,
            Parameters = (known & 1) == 0 ? parameters : null,
            Date = (known & 1) == 0 ? new DateOnly(2018, 1, 1).AddDays(day) : null,
            Security = security,
            Verbosity = (known & 2) == 0 ? numbers[0] * 100 : null,
            Readability = numbers[1] * 10,
            Price = numbers[2],
            StepMs = (known & 4) == 0 ? 0.1 + numbers[3] : null,
            Load = numbers[4] * 2,
        };

    private static readonly Gen<SelectionInputs> s_inputs =
        from facts in s_facts.Array[1, s_ids.Length]
        from losses in s_unit.Array[s_ids.Length]
        from deviations in s_unit.Array[s_ids.Length]
        from predicted in Gen.Int[0, 3].Array[s_ids.Length]
        from weights in Gen.Int[0, 3].Array[GoalNames.All.Count]
        from prompt in Gen.Int[0, 300]
        from previous in Gen.Int[-1, s_ids.Length - 1]
        from byLossAlone in Gen.Bool
        from outOfDomain in Gen.Bool
        select new SelectionInputs(
            new SelectRequest("")
            {
                PromptTokens = prompt,
                MaxSecurityClass = prompt % 3 == 0 ? 1 : null,
                Previous = previous < 0 ? null : s_ids[previous],
                PreviousTokens = prompt * 10,
            },
            [
                .. facts.Select((expert, i) => new Candidate(
                    expert with { Id = s_ids[i] },
                    predicted[i] == 0 ? null : new Forecast(losses[i] * 2, predicted[i] == 1 ? double.NaN : deviations[i], predicted[i] > 1))),
            ],
            GoalWeights.Of(GoalNames.All.Zip(weights).ToDictionary(pair => pair.First, pair => pair.Second * 0.1)),
            byLossAlone,
            outOfDomain,
            new SelectionSettings());

    [Fact]
    public void The_chosen_one_is_eligible_and_lowest_unless_the_generalist_stands_in() => s_inputs.Sample(inputs =>
    {
        SelectionDecision decision = SelectionPolicy.Decide(inputs);
        int[] eligible = [.. Enumerable.Range(0, inputs.Candidates.Count).Where(i => decision.Excluded[i] is null)];
        Assert.Equal(eligible, decision.Order.Order());
        Assert.Equal(eligible.Length == 0, decision.Chosen < 0);
        if (eligible.Length == 0)
        {
            return;
        }

        Assert.Contains(decision.Chosen, eligible);
        Assert.Equal(decision.Order.Select(i => decision.Totals[i]).Order(), decision.Order.Select(i => decision.Totals[i]));
        Assert.Equal(decision.Abstained, decision.Chosen != decision.Order[0]);
        Assert.True(!decision.Abstained || inputs.Candidates[decision.Chosen].Facts.Id == "general");
        Assert.True(!decision.Abstained || !inputs.ByLossAlone);
    });

    [Fact]
    public void Costs_run_from_0_to_1() => s_inputs.Sample(inputs =>
    {
        SelectionDecision decision = SelectionPolicy.Decide(inputs);
        for (int goal = 0; goal < GoalNames.All.Count; goal++)
        {
            double[] costs = [.. decision.Order.Select(i => decision.Costs[i][goal])];
            Assert.All(costs, cost => Assert.InRange(cost, 0, 1));
            Assert.True(costs.Length == 0 || costs.Min() == 0 || costs.All(cost => cost == 1), "somebody is cheapest");
        }
    });

    [Fact]
    public void A_counterfactual_comes_true_and_before_it_nothing_changes() => s_inputs.Sample(inputs =>
    {
        SelectionDecision decision = SelectionPolicy.Decide(inputs);
        foreach (CrossOver over in decision.CrossOvers)
        {
            Assert.NotEqual(decision.Chosen, over.Candidate);
            Assert.Equal(over.Candidate, ChosenWith(inputs, over.Goal, over.Weight));
            double from = inputs.Weights[over.Goal];
            for (int i = 1; i < 8; i++)
            {
                // Doubt has edges of its own between two crossings; without it only crossings count.
                double between = from + ((over.Weight - from) * i / 8);
                bool rounded = Math.Abs(between - over.Weight) <= 0.002;
                Assert.True(
                    rounded || !inputs.ByLossAlone || ChosenWith(inputs, over.Goal, between) == decision.Chosen,
                    $"goal {over.Goal} changes at {between} already, not at {over.Weight}");
            }
        }
    }, iter: 2000);

    [Fact]
    public void Where_no_counterfactual_is_told_no_weight_changes_anything() => s_inputs.Sample(inputs =>
    {
        SelectionDecision decision = SelectionPolicy.Decide(inputs);
        if (decision.Chosen < 0 || !inputs.ByLossAlone)
        {
            return;
        }

        for (int goal = 0; goal < GoalNames.All.Count; goal++)
        {
            if (decision.CrossOvers.All(over => over.Goal != goal))
            {
                Assert.Equal(decision.Chosen, ChosenWith(inputs, goal, 0));
                Assert.Equal(decision.Chosen, ChosenWith(inputs, goal, GoalNames.MaxWeight * 0.999));
            }
        }
    });

    [Fact]
    public void More_weight_never_makes_the_winner_dearer_in_that_goal() => Gen.Select(s_inputs, Gen.Int[0, 7]).Sample((inputs, goal) =>
    {
        SelectionInputs plain = inputs with { ByLossAlone = true };
        double last = double.PositiveInfinity;
        for (double weight = 0; weight < 3; weight += 0.1)
        {
            SelectionDecision decision = SelectionPolicy.Decide(plain with { Weights = plain.Weights.With(goal, weight) });
            if (decision.Chosen < 0)
            {
                return;
            }

            double cost = decision.Costs[decision.Chosen][goal];
            Assert.True(cost <= last + 1e-9);
            last = cost;
        }
    });

    private static int ChosenWith(SelectionInputs inputs, int goal, double weight) =>
        SelectionPolicy.Decide(inputs with { Weights = inputs.Weights.With(goal, weight) }).Chosen;
}
