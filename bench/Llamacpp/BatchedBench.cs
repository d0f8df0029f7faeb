using System.Text.Json;

namespace Godwit.Bench.Llamacpp;

/// <summary><c>llama-batched-bench</c>: streams with prompts of their own, all prompts first, then one token of each per step.</summary>
internal static class BatchedBench
{
    // It ends without waiting for the thread that writes its lines: now and then the last ones are lost.
    private const int Attempts = 4;

    /// <summary>Runs it; nothing when it fails, as with a back end that the processor has not.</summary>
    public static async Task<IReadOnlyList<BatchedBenchResult>> RunAsync(
        LlamaTools tools, string model, int threads, int promptTokens, int newTokens, IReadOnlyList<int> streams)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            string? output = await tools.RunAsync(
                "llama-batched-bench",
                "-m", model,
                "-t", $"{threads}",
                "-tb", $"{threads}",
                "-c", $"{streams.Max() * (promptTokens + newTokens)}",
                "-npp", $"{promptTokens}",
                "-ntg", $"{newTokens}",
                "-npl", string.Join(',', [.. streams, 1]),
                "--output-format", "jsonl");
            if (output is null)
                break;
            BatchedBenchResult[] results = [.. output.Split('\n').Where(line => line.StartsWith('{')).Select(Parse).Take(streams.Count)];
            if (results.Length == streams.Count)
                return results;
        }

        return [];
    }

    private static BatchedBenchResult Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        return new BatchedBenchResult(
            root.GetProperty("pl").GetInt32(), root.GetProperty("speed_pp").GetDouble(), root.GetProperty("speed_tg").GetDouble());
    }
}
