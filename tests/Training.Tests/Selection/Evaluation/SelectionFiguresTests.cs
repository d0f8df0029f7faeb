using CsCheck;
using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class SelectionFiguresTests
{
    private static readonly double[][] s_losses = [[1.0, 2.0, 3.0], [2.0, 1.5, 1.5], [0.9, 0.905, 4.0], [5.0, 4.0, 3.0]];

    [Fact]
    public void OfChoices_CountsTies_AndWhatIsNearlyBest()
    {
        SelectionFigures figures = Figures([0, 2, 1, 0]);
        Assert.Equal(0.5, figures.Accuracy, 12); // The second prompt's tie counts as right, the third is 0.005 off.
        Assert.Equal(0.75, figures.WithinEpsilon, 12);
        Assert.Equal((1.0 + 1.5 + 0.905 + 5.0) / 4, figures.Loss, 12);
        Assert.Equal((0 + 0 + 0.005 + 2.0) / 4, figures.Regret, 12);
    }

    [Fact]
    public void OfRandom_IsTheExpectation()
    {
        PromptOutcome outcome = PromptOutcome.OfRandom([2.0, 1.5, 1.5], 0.01);
        Assert.Equal(2.0 / 3, outcome.Correct, 12);
        Assert.Equal(2.0 / 3, outcome.WithinEpsilon, 12);
        Assert.Equal(5.0 / 3, outcome.Loss, 12);
        Assert.Equal(0.5 / 3, outcome.Regret, 12);
    }

    [Fact]
    public void OfRandom_IsTheMeanOfAllChoices() => Gen.Double[0.1, 5].Array[1, 9].Sample(losses =>
    {
        PromptOutcome expected = PromptOutcome.OfRandom(losses, 0.05);
        PromptOutcome[] all = [.. Enumerable.Range(0, losses.Length).Select(choice => PromptOutcome.Of(losses, choice, 0.05))];
        Assert.Equal(all.Average(outcome => outcome.Correct), expected.Correct, 9);
        Assert.Equal(all.Average(outcome => outcome.WithinEpsilon), expected.WithinEpsilon, 9);
        Assert.Equal(all.Average(outcome => outcome.Regret), expected.Regret, 9);
    });

    [Fact]
    public void Gaps_OfTheOracleAreClosed_OfTheBestSingleNot()
    {
        PromptOutcome[] oracle = Outcomes([0, 1, 0, 2]), single = Outcomes([1, 1, 1, 1]), random = Random();
        Bootstrap bootstrap = new(4, 1);
        GapFigures best = GapFigures.Of(oracle, random, single, bootstrap);
        Assert.Equal(1, best.GapClosed!.Value, 12);
        Assert.Equal(0, best.GapOracle!.Value, 12);
        GapFigures none = GapFigures.Of(single, random, single, bootstrap);
        Assert.Equal(0, none.GapClosed!.Value, 12);
        Assert.Equal(0, none.GainBest!.Value, 12);
    }

    [Fact]
    public void Gaps_WithTheirDefinitions()
    {
        // Router 8.405/4, single (expert 1) 8.405/4 + …: all from the table above.
        double router = (1.0 + 1.5 + 0.905 + 5.0) / 4, single = (2.0 + 1.5 + 0.905 + 4.0) / 4, oracle = (1.0 + 1.5 + 0.9 + 3.0) / 4;
        double random = s_losses.Average(row => row.Average());
        GapFigures gaps = GapFigures.Of(Outcomes([0, 2, 1, 0]), Random(), Outcomes([1, 1, 1, 1]), new Bootstrap(4, 1));
        Assert.Equal((single - router) / (single - oracle), gaps.GapClosed!.Value, 12);
        Assert.Equal((random - router) / random, gaps.GainRandom!.Value, 12);
        Assert.Equal((single - router) / single, gaps.GainBest!.Value, 12);
        Assert.Equal((router - oracle) / oracle, gaps.GapOracle!.Value, 12);
    }

    [Fact]
    public void Gap_IsNotKnown_WhereTheBestSingleIsTheOracle() =>
        Assert.Null(GapFigures.Of(Outcomes([0, 1, 0, 2]), Random(), Outcomes([0, 1, 0, 2]), new Bootstrap(4, 1)).GapClosed);

    [Fact]
    public void Bootstrap_IsReproducible_HoldsTheMean_AndNarrowsWithMorePrompts()
    {
        double[] few = [.. Enumerable.Range(0, 100).Select(i => (double)(i % 2))];
        double[] many = [.. Enumerable.Range(0, 2500).Select(i => (double)(i % 2))];
        Interval interval = new Bootstrap(100, 7).OfMean(few);
        Assert.Equal(interval, new Bootstrap(100, 7).OfMean(few));
        Assert.NotEqual(interval, new Bootstrap(100, 8).OfMean(few));
        // The standard error of the mean of 100 coin flips is 0.05, of 2,500 it is 0.01.
        Assert.InRange(interval.Low, 0.36, 0.44);
        Assert.InRange(interval.High, 0.56, 0.64);
        Interval narrow = new Bootstrap(2500, 7).OfMean(many);
        Assert.InRange(narrow.High - narrow.Low, 0.03, 0.05);
    }

    private static SelectionFigures Figures(int[] choices) => SelectionFigures.Of(Outcomes(choices), new Bootstrap(choices.Length, 1));

    private static PromptOutcome[] Outcomes(int[] choices) =>
        [.. s_losses.Zip(choices, (row, choice) => PromptOutcome.Of(row, choice, 0.01))];

    private static PromptOutcome[] Random() => [.. s_losses.Select(row => PromptOutcome.OfRandom(row, 0.01))];
}
