using System.Globalization;
using System.Text.Json.Nodes;

namespace Godwit.CommandLine.Bench;

/// <summary>What <c>godwit bench engine</c> found.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Format">Format of the weights in memory.</param>
/// <param name="KvFormat">Format of keys and values.</param>
/// <param name="Mode"><c>exact</c> or <c>fast</c>.</param>
/// <param name="Threads">Threads of a forward pass.</param>
/// <param name="Bandwidth">Bytes per second that the machine reads.</param>
/// <param name="Runs">One per concurrency.</param>
internal sealed record EngineBenchReport(
    string Model, string Format, string KvFormat, string Mode, int Threads, double Bandwidth, IReadOnlyList<EngineBenchRun> Runs)
{
    /// <summary>The names of the fields are relied on by scripts.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["format"] = Format,
        ["kv_format"] = KvFormat,
        ["mode"] = Mode,
        ["threads"] = Threads,
        ["bandwidth_gb_s"] = Math.Round(Bandwidth / 1e9, 3),
        ["runs"] = new JsonArray([.. Runs.Select(run => new JsonObject
        {
            ["concurrency"] = run.Concurrency,
            ["prefill_tokens_per_s"] = Math.Round(run.PrefillTokensPerSecond, 2),
            ["decode_tokens_per_s"] = Math.Round(run.DecodeTokensPerSecond, 2),
            ["floor_share"] = Math.Round(run.FloorShare, 4),
        })]),
    };

    /// <summary>The same for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Model}: weights {Format}, KV cache {KvFormat}, {Mode}, {Threads} threads; memory is read at {Bandwidth / 1e9:F1} GB/s");
        yield return "concurrency  prefill tokens/s  decode tokens/s  share of the byte floor";
        foreach (EngineBenchRun run in Runs)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Concurrency,11}  {run.PrefillTokensPerSecond,16:F0}  {run.DecodeTokensPerSecond,15:F1}  {run.FloorShare,23:P1}");
        }
    }
}
