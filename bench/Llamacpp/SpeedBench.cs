using Godwit.CommandLine.Bench;
using Godwit.Worker.Model;

namespace Godwit.Bench.Llamacpp;

/// <summary>Tokens per second of llama.cpp and of our engine on the same weights, in turn, never at once.</summary>
internal static class SpeedBench
{
    private const int PromptTokens = 32, NewTokens = 64, LongPrompt = 512;
    private static readonly int[] s_streams = [1, 8, 16, 32];

    /// <summary>Compares a file for llama.cpp with our modes of the same weights.</summary>
    /// <param name="tools">llama.cpp.</param>
    /// <param name="title">What is compared.</param>
    /// <param name="llamaModel">The model for llama.cpp.</param>
    /// <param name="models">The same for us, in each mode.</param>
    /// <param name="rounds">Rounds.</param>
    public static async Task RunAsync(
        LlamaTools tools, string title, string llamaModel, IReadOnlyList<ModelOptions> models, int rounds)
    {
        int longPrompt = Math.Min(LongPrompt, ModelConfig.Load(models[0].Path).ContextLength - 2);
        List<(string Name, Func<Task<IReadOnlyList<double>>> Measure, List<IReadOnlyList<double>> Rounds)> engines =
            [("llama.cpp", () => TheirsAsync(tools, llamaModel, models[0].Threads, longPrompt), [])];
        List<MeasuredEngine> loaded = [];
        try
        {
            foreach (ModelOptions model in models)
            {
                MeasuredEngine engine = MeasuredEngine.Load(model, s_streams[^1], Math.Max(PromptTokens + NewTokens, longPrompt + 2));
                loaded.Add(engine);
                string name = $"godwit {RunnerArithmetic.Of(engine.Model.Runner).Mode} ({engine.Model.Runner.NumericsId})";
                engines.Add((name, () => OursAsync(engine, longPrompt), []));
                await OursAsync(engine, longPrompt);
            }

            for (int round = 0; round < rounds; round++)
            {
                foreach ((_, Func<Task<IReadOnlyList<double>>> measure, List<IReadOnlyList<double>> measured) in engines)
                    measured.Add(await measure());
            }
        }
        finally
        {
            loaded.ForEach(engine => engine.Dispose());
        }

        Console.WriteLine();
        Console.WriteLine($"{title}: tokens/s, median of {rounds} rounds in turn (× llama.cpp, median of the rounds' ratios)");
        Console.WriteLine($"| engine | {string.Join(" | ", s_streams.Select(n => $"decode, {n}"))} | prompt of {longPrompt} |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach ((string name, _, List<IReadOnlyList<double>> measured) in engines)
        {
            IEnumerable<string> cells = Enumerable.Range(0, s_streams.Length + 1).Select(i =>
            {
                double ratio = measured.Zip(engines[0].Rounds, (ours, theirs) => ours[i] / theirs[i]).Median();
                return $"{measured.Select(round => round[i]).Median():F1} (×{ratio:F2})";
            });
            Console.WriteLine($"| {name} | {string.Join(" | ", cells)} |");
        }
    }

    private static async Task<IReadOnlyList<double>> OursAsync(MeasuredEngine engine, int longPrompt)
    {
        List<double> speeds = [];
        foreach (int streams in s_streams)
            speeds.Add((await engine.MeasureAsync(streams, PromptTokens, NewTokens)).DecodeTokensPerSecond);
        return [.. speeds, (await engine.MeasureAsync(1, longPrompt, 2)).PrefillTokensPerSecond];
    }

    private static async Task<IReadOnlyList<double>> TheirsAsync(LlamaTools tools, string model, int threads, int longPrompt)
    {
        IReadOnlyList<BatchedBenchResult> decode = await BatchedBench.RunAsync(tools, model, threads, PromptTokens, NewTokens, s_streams);
        IReadOnlyList<BatchedBenchResult> prompt = await BatchedBench.RunAsync(tools, model, threads, longPrompt, 2, [1]);
        return decode.Count == s_streams.Length && prompt.Count == 1
            ? [.. decode.Select(result => result.DecodeTokensPerSecond), prompt[0].PromptTokensPerSecond]
            : throw new InvalidOperationException("llama-batched-bench failed.");
    }
}
