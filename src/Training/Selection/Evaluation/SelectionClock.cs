using System.Diagnostics;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.Reports;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>Times selections, one after the other.</summary>
internal static class SelectionClock
{
    private const int WarmUp = 500;

    /// <summary>Times one selection of each text.</summary>
    public static LatencyReport Measure(EvaluatedRouter router, IReadOnlyList<string> texts)
    {
        // So that what is timed is what a server does that has run for a while: everything is compiled to the last tier.
        for (int i = 0; i < WarmUp; i++)
        {
            Once(router, texts[i % texts.Count]);
        }

        (double Prediction, double Choice)[] times = [.. texts.Select(text => Once(router, text))];
        double[] all = [.. times.Select(time => time.Prediction + time.Choice).Order()];
        double[] predictions = [.. times.Select(time => time.Prediction).Order()];
        double[] choices = [.. times.Select(time => time.Choice).Order()];
        return new LatencyReport(
            all.Length,
            Quantile.OfSorted(all, 0.5),
            Quantile.OfSorted(all, 0.99),
            all.Average(),
            Quantile.OfSorted(predictions, 0.5),
            Quantile.OfSorted(choices, 0.5));
    }

    private static (double Prediction, double Choice) Once(EvaluatedRouter router, string text)
    {
        long begun = Stopwatch.GetTimestamp();
        router.Predict(text);
        long predicted = Stopwatch.GetTimestamp();
        router.Answer();
        return (Stopwatch.GetElapsedTime(begun, predicted).TotalMilliseconds, Stopwatch.GetElapsedTime(predicted).TotalMilliseconds);
    }
}
