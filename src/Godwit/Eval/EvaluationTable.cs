using System.Globalization;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.Reports;
using Godwit.Training.Selection.Evaluation.RouteLlm;

namespace Godwit.CommandLine.Eval;

/// <summary>A report for people. Losses and regrets are in nats per byte; intervals hold 95 %.</summary>
internal static class EvaluationTable
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(EvaluationReport report)
    {
        yield return Text($"router {report.Router[..8]}, {report.N} held-out prompts, {report.Experts.Count} experts");
        yield return $"baselines: {report.BaselinesFittedOn};"
            + Text($" knn asks {report.KnnNeighbours}, knn_features {report.KnnFeaturesNeighbours}");
        foreach ((string name, GroupReport? group) in new[]
        {
            ("held-out", report), ("unseen domain", report.Unseen), ("spliced", report.Spliced), ("normalised copies", report.Normalised),
        })
        {
            if (group is not null)
            {
                foreach (string line in Group(name, group, ReferenceEquals(group, report) ? report.AutoBest : null))
                {
                    yield return line;
                }
            }
        }

        IEnumerable<string>[] parts =
            [Domains(report), Experts(report), Calibration(report), Abstention(report), TradeOffs(report), Pairs(report)];
        foreach (string line in parts.SelectMany(part => part))
        {
            yield return line;
        }

        yield return "";
        yield return report.Robustness.Normalised is { } normalised
            ? Text($"same choice: normalised copies {normalised:P1}, with a prefix that says nothing {report.Robustness.Prefixed:P1}")
            : Text($"same choice: with a prefix that says nothing {report.Robustness.Prefixed:P1}");
        LatencyReport latency = report.LatencyMs;
        yield return Text($"a selection in process: p50 {latency.P50:F3} ms, p99 {latency.P99:F3} ms, mean {latency.Mean:F3} ms")
            + Text($" (features and prediction p50 {latency.PredictionP50:F3}, choice p50 {latency.ChoiceP50:F3}; {latency.N} prompts)");
    }

    private static IEnumerable<string> Group(string name, GroupReport group, SelectionFigures? byLossAlone)
    {
        yield return "";
        yield return Text($"{name}, {group.N} prompts") + (group.GapClosed is { } gap
            ? Text($": gap closed {gap:P1} {Range(group.GapClosedInterval, "P1")}, within epsilon {group.WithinEpsilon:P1}")
            : Text($": within epsilon {group.WithinEpsilon:P1}")) + Text($", abstained {group.Abstained:P1}");
        yield return "                              accuracy (interval)       regret (interval)           loss   regret over router";
        yield return Row("router", group, null);
        if (byLossAlone is not null)
        {
            yield return Row("router, by loss alone", byLossAlone, null);
        }

        foreach ((string baseline, BaselineReport figures) in group.Baselines.Named())
        {
            yield return Row(baseline, figures, figures);
        }
    }

    private static string Row(string name, SelectionFigures figures, BaselineReport? baseline) =>
        Text($"  {name,-26} {figures.Accuracy,7:P1} {Range(figures.AccuracyInterval, "P1"),-17} ")
        + Text($"{figures.Regret,7:F4} {Range(figures.RegretInterval, "F4"),-19} {figures.Loss,7:F4}")
        + (baseline is null ? "" : Text($"   {baseline.RegretOverRouter,7:F4} {Range(baseline.RegretOverRouterInterval, "F4")}"));

    private static IEnumerable<string> Domains(EvaluationReport report)
    {
        yield return "";
        yield return "domain            n  accuracy   regret  best single  best per domain      knn  mostly chosen      truly best";
        foreach (DomainReport domain in report.Domains)
        {
            yield return Text($"{domain.Domain,-12} {domain.N,6}  {domain.Accuracy,8:P1} {domain.Regret,8:F4}")
                + Text($" {domain.BestSingleRegret,12:F4} {domain.BestPerDomainRegret,16:F4} {domain.KnnRegret,8:F4}  {domain.Chosen,-11} {domain.ChosenShare,5:P0}")
                + Text($"  {domain.Best,-11} {domain.BestShare,5:P0}");
        }
    }

    private static IEnumerable<string> Experts(EvaluationReport report)
    {
        yield return "";
        yield return "expert          mean loss  truly best   chosen  error of prediction      ECE";
        foreach (ExpertReport expert in report.Experts)
        {
            yield return Text($"{expert.Id,-14} {expert.Loss,10:F4} {expert.Best,11:P1} {expert.Chosen,8:P1}")
                + Text($" {expert.Error,20:F4} {expert.Ece,8:F4}");
        }
    }

    private static IEnumerable<string> Calibration(EvaluationReport report)
    {
        yield return "";
        yield return Text($"calibration: ECE {report.Calibration.Ece:F4}, mean error {report.Calibration.Error:F4}; coverage ")
            + string.Join(", ", report.Calibration.Coverage.Select(level => Text($"{level.Nominal:P0}: {level.Actual:P1}")));
    }

    private static IEnumerable<string> Abstention(EvaluationReport report)
    {
        yield return "";
        yield return "abstention: deviations  out of domain  abstained  accuracy   regret  spliced   unseen";
        foreach (AbstentionReport setting in report.Abstention)
        {
            yield return Text($"{setting.Deviations,22:F2}  {(setting.OutOfDomain ? "yes" : "no"),13} {setting.Abstained,10:P1}")
                + Text($" {setting.Accuracy,9:P1} {setting.Regret,8:F4} {setting.SplicedRegret,8:F4} {setting.UnseenRegret,8:F4}");
        }
    }

    private static IEnumerable<string> TradeOffs(EvaluationReport report)
    {
        foreach (TradeOffReport tradeOff in report.Pareto)
        {
            yield return "";
            yield return Text($"weight of {tradeOff.Goal} ({tradeOff.Unit}): hypervolume {tradeOff.Hypervolume:G4}, experts alone")
                + Text($" {tradeOff.ExpertsHypervolume:G4}; AIQ {tradeOff.Aiq:F4}, experts alone {tradeOff.ExpertsAiq:F4}; the front:");
            foreach (TradeOff point in tradeOff.Front)
            {
                yield return Text($"  weight {point.Weight,6:F3}  cost {point.Cost,8:F4}  loss {point.Loss:F4}");
            }
        }
    }

    private static IEnumerable<string> Pairs(EvaluationReport report)
    {
        foreach (PairReport pair in report.Routellm ?? [])
        {
            yield return "";
            yield return Text($"RouteLLM {pair.Name}: {pair.Weak} ({pair.WeakAccuracy:P1}) or {pair.Strong} ({pair.StrongAccuracy:P1}),")
                + Text($" fitted on {pair.Fitted}, tried on {pair.N}; random has APGR 0.5");
            foreach ((string name, PairFigures figures) in pair.Routers)
            {
                yield return Text($"  {name,-14} APGR {figures.Apgr:F3}  CPT50 {figures.Cpt50,6:P1}  CPT80 {figures.Cpt80,6:P1}");
            }
        }
    }

    private static string Range(Interval? interval, string format) => interval is { } range
        ? $"({range.Low.ToString(format, CultureInfo.InvariantCulture)}–{range.High.ToString(format, CultureInfo.InvariantCulture)})"
        : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
