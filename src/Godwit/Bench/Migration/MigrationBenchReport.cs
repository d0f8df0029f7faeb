using System.Globalization;
using System.Text.Json.Nodes;

namespace Godwit.CommandLine.Bench.Migration;

/// <summary>What <c>godwit bench migration</c> found.</summary>
/// <param name="Model">The model's folder.</param>
/// <param name="Batch">Requests per worker.</param>
/// <param name="Runs">One per context.</param>
/// <param name="TpotWithoutMs">Median time per token of the requests that do not move, while none does; one per pair.</param>
/// <param name="TpotWithMs">The same while one is moved all the time.</param>
internal sealed record MigrationBenchReport(
    string Model,
    int Batch,
    IReadOnlyList<MigrationBenchRun> Runs,
    IReadOnlyList<double> TpotWithoutMs,
    IReadOnlyList<double> TpotWithMs)
{
    private double SlowDown => TpotWithoutMs.Zip(TpotWithMs, (without, with) => (with / without) - 1).Order().ElementAt(TpotWithMs.Count / 2);

    /// <summary>For scripts.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["batch"] = Batch,
        ["runs"] = new JsonArray([.. Runs.Select(run => new JsonObject
        {
            ["context"] = run.Context,
            ["moves"] = run.Moves,
            ["downtime_ms"] = Math.Round(run.DowntimeMs, 3),
            ["step_ms"] = Math.Round(run.StepMs, 3),
            ["downtime_steps"] = Math.Round(run.DowntimeMs / run.StepMs, 3),
            ["bytes"] = run.Bytes,
            ["bytes_per_s"] = Math.Round(run.BytesPerSecond),
            ["recompute_ms"] = Math.Round(run.RecomputeMs, 3),
            ["stop_and_copy_ms"] = Math.Round(run.StopAndCopyMs, 3),
        })]),
        ["others"] = new JsonObject
        {
            ["tpot_ms_without"] = new JsonArray([.. TpotWithoutMs.Select(value => (JsonNode)Math.Round(value, 3))]),
            ["tpot_ms_with"] = new JsonArray([.. TpotWithMs.Select(value => (JsonNode)Math.Round(value, 3))]),
            ["slow_down"] = Math.Round(SlowDown, 4),
        },
    };

    /// <summary>The same for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return Text($"{Model}, two workers of one thread on a core each, {Batch} requests per worker");
        yield return "context  downtime, ms  step, ms  steps      MiB  MiB/s  recompute, ms  stop and copy, ms";
        foreach (MigrationBenchRun run in Runs)
        {
            string times = Text($"{run.Context,7}  {run.DowntimeMs,12:F1}  {run.StepMs,8:F1}  {run.DowntimeMs / run.StepMs,5:F2}");
            string bytes = Text($"{run.Bytes / 1048576.0,7:F1}  {run.BytesPerSecond / 1048576,5:F0}");
            yield return Text($"{times}  {bytes}  {run.RecomputeMs,13:F0}  {run.StopAndCopyMs,17:F1}");
        }

        yield return Text(
            $"others: TPOT {TpotWithoutMs.Average():F2} ms without moves, {TpotWithMs.Average():F2} ms while one moves all the time; median of the pairs {SlowDown:+0.0%;-0.0%}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
