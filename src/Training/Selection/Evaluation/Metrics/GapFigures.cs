namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>A router between random, the best single expert and the oracle. Ratios are null where there is no gap to speak of.</summary>
/// <param name="GapClosed">(best single − router) ÷ (best single − oracle), of mean losses: 1 is the oracle, 0 the best single.</param>
/// <param name="GapClosedInterval">Its interval.</param>
/// <param name="GainRandom">Gain@R: how much lower the router's mean loss is than random choice, relative to the latter.</param>
/// <param name="GainBest">Gain@B: the same against the best single expert.</param>
/// <param name="GapOracle">Gap@O: how much higher it is than the oracle's, relative to the latter.</param>
public sealed record GapFigures(double? GapClosed, Interval? GapClosedInterval, double? GainRandom, double? GainBest, double? GapOracle)
{
    /// <summary>The figures of a group; all lists are over its prompts.</summary>
    public static GapFigures Of(
        IReadOnlyList<PromptOutcome> router,
        IReadOnlyList<PromptOutcome> random,
        IReadOnlyList<PromptOutcome> bestSingle,
        Bootstrap bootstrap)
    {
        double loss = router.Average(outcome => outcome.Loss);
        double single = bestSingle.Average(outcome => outcome.Loss);
        double oracle = loss - router.Average(outcome => outcome.Regret);
        double[] closed = [.. router.Zip(bestSingle, (ours, theirs) => theirs.Loss - ours.Loss)];
        double[] gap = [.. bestSingle.Select(outcome => outcome.Regret)];
        return new GapFigures(
            Ratio(single - loss, single - oracle),
            single > oracle ? bootstrap.OfRatio(closed, gap) : null,
            Ratio(random.Average(outcome => outcome.Loss) - loss, random.Average(outcome => outcome.Loss)),
            Ratio(single - loss, single),
            Ratio(loss - oracle, oracle));
    }

    private static double? Ratio(double numerator, double denominator) => denominator > 1e-12 ? numerator / denominator : null;
}
