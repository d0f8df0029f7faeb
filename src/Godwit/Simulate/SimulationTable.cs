using System.Globalization;
using Godwit.Scheduler.Simulation;

namespace Godwit.CommandLine.Simulate;

/// <summary>Reports for people: one line per policy; with several seeds the medians and, of P99, the lowest and the highest.</summary>
internal static class SimulationTable
{
    private const string Header =
        "policy        TTFT s: mean     p50     p99 (range)            TPOT s: mean     p50     p99 (range)         "
        + "latency s: mean     p99  loss s  preempted   moves  instances  fragmented";

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SimulationReport> reports)
    {
        foreach (SimulationReport report in reports)
        {
            string seeds = string.Join(',', report.Seeds);
            yield return Text(
                $"{report.Workload}, {report.Requests} requests at {report.Rate:F2}/s, {report.Instances} x {report.Engine}, seeds {seeds}");
            yield return Header;
            foreach (PolicyReport policy in report.Policies)
            {
                yield return Line(policy);
                if (policy is { High: { } high, Normal: { } normal })
                {
                    yield return Line("  high", high);
                    yield return Line("  normal", normal);
                }

                if (policy.DecisionUs is { } decision)
                {
                    yield return Text($"  a decision: mean {decision.Mean:F1} us, p50 {decision.P50:F1} us, p99 {decision.P99:F1} us");
                }
            }
        }
    }

    private static string Line(PolicyReport policy)
    {
        string times = Times(
            policy.Name,
            policy.TtftS,
            Range(policy, run => run.TtftS.P99, "F2"),
            policy.TpotS,
            Range(policy, run => run.TpotS.P99, "F3"),
            policy.LatencyS,
            policy.PreemptionLossS);
        return times + Text(
            $" {policy.PreemptedShare,10:P1} {policy.Migrations,7:F0} {policy.InstancesMean,10:F2} {policy.Fragmentation,11:P2}");
    }

    private static string Line(string name, ClassReport report) =>
        Times(name, report.TtftS, "", report.TpotS, "", report.LatencyS, report.PreemptionLossS);

    private static string Times(
        string name, Summary ttft, string ttftRange, Summary tpot, string tpotRange, Summary latency, double loss) =>
        Text($"{name,-13} {ttft.Mean,12:F3} {ttft.P50,7:F3} {ttft.P99,7:F2} {ttftRange,-17} ")
        + Text($"{tpot.Mean,13:F3} {tpot.P50,7:F3} {tpot.P99,7:F3} {tpotRange,-15} ")
        + Text($"{latency.Mean,12:F2} {latency.P99,7:F1} {loss,7:F2}");

    private static string Range(PolicyReport policy, Func<PolicyReport, double> figure, string format)
    {
        if (policy.Runs is null)
        {
            return "";
        }

        string low = policy.Runs.Min(figure).ToString(format, CultureInfo.InvariantCulture);
        return $"({low}-{policy.Runs.Max(figure).ToString(format, CultureInfo.InvariantCulture)})";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
