using System.Globalization;
using System.Text.Json.Nodes;

namespace Godwit.CommandLine.Bench;

/// <summary>What <c>godwit bench engine</c> found.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Arithmetic">Format of the weights in memory, and the mode.</param>
/// <param name="KvFormat">Format of keys and values.</param>
/// <param name="Threads">Threads of a forward pass.</param>
/// <param name="LoadSeconds">Seconds from the model's folder to an engine that can run.</param>
/// <param name="Memory">Resident memory after the rounds; null where the system does not tell.</param>
/// <param name="Bandwidth">Bytes per second that the machine reads.</param>
/// <param name="Runs">One per concurrency.</param>
internal sealed record EngineBenchReport(
    string Model,
    RunnerArithmetic Arithmetic,
    string KvFormat,
    int Threads,
    double LoadSeconds,
    (long Private, long Files)? Memory,
    double Bandwidth,
    IReadOnlyList<EngineBenchRun> Runs)
{
    /// <summary>The names of the fields are relied on by scripts.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["model"] = Model,
            ["format"] = Arithmetic.Format,
            ["kv_format"] = KvFormat,
            ["mode"] = Arithmetic.Mode,
            ["threads"] = Threads,
            ["load_seconds"] = Math.Round(LoadSeconds, 3),
        };
        if (Memory is { } memory)
        {
            json["rss_anon_bytes"] = memory.Private;
            json["rss_file_bytes"] = memory.Files;
        }

        json["bandwidth_gb_s"] = Math.Round(Bandwidth / 1e9, 3);
        json["runs"] = new JsonArray([.. Runs.Select(ToJson)]);
        return json;
    }

    /// <summary>The same for people.</summary>
    public IEnumerable<string> ToTable()
    {
        (string weights, string mode) = Arithmetic;
        yield return Text(
            $"{Model}: weights {weights}, KV cache {KvFormat}, {mode}, {Threads} threads; memory is read at {Bandwidth / 1e9:F1} GB/s");
        string resident = Memory is { } memory
            ? $"; resident: {memory.Private >> 20} MiB of its own, {memory.Files >> 20} MiB of mapped files"
            : "";
        yield return Text($"loaded in {LoadSeconds:F1} s{resident}");
        yield return "concurrency  prefill tokens/s  decode tokens/s  x one stream  share of the byte floor";
        foreach (EngineBenchRun run in Runs)
        {
            string speeds = Text($"{run.Concurrency,11}  {run.PrefillTokensPerSecond,16:F0}  {run.DecodeTokensPerSecond,15:F1}");
            string times = run.TimesOneStream is { } ratio ? Text($"{ratio:F2}") : "-";
            yield return Text($"{speeds}  {times,12}  {run.FloorShare,23:P1}");
        }
    }

    private static JsonObject ToJson(EngineBenchRun run)
    {
        JsonObject json = new()
        {
            ["concurrency"] = run.Concurrency,
            ["prefill_tokens_per_s"] = Math.Round(run.PrefillTokensPerSecond, 2),
            ["decode_tokens_per_s"] = Math.Round(run.DecodeTokensPerSecond, 2),
            ["floor_share"] = Math.Round(run.FloorShare, 4),
        };
        if (run.TimesOneStream is { } times)
            json["times_one_stream"] = Math.Round(times, 3);
        return json;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
