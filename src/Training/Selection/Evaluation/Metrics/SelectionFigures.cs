namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>How well one chooser does on one group of prompts.</summary>
/// <param name="Accuracy">Share of prompts whose chosen expert has the lowest true loss; ties count as right.</param>
/// <param name="AccuracyInterval">Its interval.</param>
/// <param name="WithinEpsilon">Share whose chosen expert is at most ε above the lowest.</param>
/// <param name="Loss">Mean true loss of the chosen experts, in nats per byte.</param>
/// <param name="Regret">Mean of chosen minus lowest true loss, in nats per byte.</param>
/// <param name="RegretInterval">Its interval.</param>
public record SelectionFigures(
    double Accuracy, Interval AccuracyInterval, double WithinEpsilon, double Loss, double Regret, Interval RegretInterval)
{
    /// <summary>The figures of a group.</summary>
    public static SelectionFigures Of(IReadOnlyList<PromptOutcome> outcomes, Bootstrap bootstrap)
    {
        double[] correct = [.. outcomes.Select(outcome => outcome.Correct)];
        double[] regret = [.. outcomes.Select(outcome => outcome.Regret)];
        return new SelectionFigures(
            correct.Average(),
            bootstrap.OfMean(correct),
            outcomes.Average(outcome => outcome.WithinEpsilon),
            outcomes.Average(outcome => outcome.Loss),
            regret.Average(),
            bootstrap.OfMean(regret));
    }
}
