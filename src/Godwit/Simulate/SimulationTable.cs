using System.Globalization;
using Godwit.Scheduler.Simulation;

namespace Godwit.CommandLine.Simulate;

/// <summary>Reports for people: one line per policy, with several seeds the median and, of P99, the lowest and the highest.</summary>
internal static class SimulationTable
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SimulationReport> reports)
    {
        foreach (SimulationReport report in reports)
        {
            yield return Text(
                $"{report.Workload}, {report.Requests} requests at {report.Rate:F2}/s, {report.Instances} x {report.Engine}, seeds {string.Join(',', report.Seeds)}");
            yield return "policy             TTFT s: mean   p50      p99 (range)             TPOT s: mean   p50     p99 (range)            latency s: mean    p99  "
                + "loss s  preempted  moves  instances  fragmented";
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
                    yield return Text($"  decisions: mean {decision.Mean:F1} us, p50 {decision.P50:F1} us, p99 {decision.P99:F1} us");
                }
            }
        }
    }

    private static string Line(PolicyReport policy)
    {
        string ttft = Range(policy, run => run.TtftS.P99, "F2"), tpot = Range(policy, run => run.TpotS.P99, "F3");
        return Text(
            $"{policy.Name,-18} {policy.TtftS.Mean,12:F3} {policy.TtftS.P50,6:F3} {policy.TtftS.P99,8:F2} {ttft,-18} {policy.TpotS.Mean,13:F3} {policy.TpotS.P50,6:F3} {policy.TpotS.P99,7:F3} {tpot,-18} {policy.LatencyS.Mean,12:F2} {policy.LatencyS.P99,8:F1} {policy.PreemptionLossS,7:F2} {policy.PreemptedShare,9:P1} {policy.Migrations,6:F0} {policy.InstancesMean,10:F2} {policy.Fragmentation,11:P2}");
    }

    private static string Line(string name, ClassReport report) => Text(
        $"{name,-18} {report.TtftS.Mean,12:F3} {report.TtftS.P50,6:F3} {report.TtftS.P99,8:F2} {"",-18} {report.TpotS.Mean,13:F3} {report.TpotS.P50,6:F3} {report.TpotS.P99,7:F3} {"",-18} {report.LatencyS.Mean,12:F2} {report.LatencyS.P99,8:F1} {report.PreemptionLossS,7:F2}");

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
