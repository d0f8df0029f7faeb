using System.Text.Json;
using Godwit.CommandLine.Configuration;
using Godwit.Scheduler.Simulation;

namespace Godwit.CommandLine.Simulate;

/// <summary>
/// The time of a step from what <c>godwit bench engine --json</c> measured: the line through the steps of its numbers of streams. What it
/// did not measure (the price of context, the KV cache) stays that of the preset.
/// </summary>
internal static class StepTimeFit
{
    /// <summary>Fits.</summary>
    /// <param name="preset">Where the rest comes from.</param>
    /// <param name="file">The benchmark's output.</param>
    public static EngineModel Fit(EngineModel preset, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement measured = document.RootElement.GetProperty("runs");
            (double Streams, double Ms, double PrefillMs)[] runs = [.. measured.EnumerateArray().Select(run =>
            {
                double streams = run.GetProperty("concurrency").GetDouble();
                double prefill = run.GetProperty("prefill_tokens_per_s").GetDouble();
                return (streams, streams * 1000 / run.GetProperty("decode_tokens_per_s").GetDouble(), 1000 / prefill);
            })];
            if (runs.Length < 2)
            {
                throw new ConfigurationException($"{file} has fewer than two numbers of streams; a line needs two.");
            }

            double meanStreams = runs.Average(run => run.Streams), meanMs = runs.Average(run => run.Ms);
            double slope = runs.Sum(run => (run.Streams - meanStreams) * (run.Ms - meanMs))
                / runs.Sum(run => (run.Streams - meanStreams) * (run.Streams - meanStreams));
            slope = Math.Max(0, slope);
            return preset with
            {
                Name = $"{preset.Name} with steps of {Path.GetFileName(file)}",
                StepMs = Math.Max(0.001, meanMs - (slope * meanStreams)),
                SequenceMs = slope,
                PrefillTokenMs = runs.MaxBy(run => run.Streams).PrefillMs,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException
            or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} is no output of 'godwit bench engine --json': {e.Message}");
        }
    }
}
