using System.CommandLine;
using System.Diagnostics;
using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;

namespace Godwit.Bench.Engine;

/// <summary>Tokens per second of the engine alone, for 1, 8 and 32 streams at once, interleaved over the rounds.</summary>
internal static class EngineBench
{
    private const int Rounds = 5;
    private const int NewTokens = 128;
    private static readonly int[] s_streams = [1, 8, 32];

    public static Command Command()
    {
        Argument<string> model = new("MODEL") { Description = "A bundled model.", DefaultValueFactory = _ => "babyllama" };
        Argument<string> runner = new("RUNNER") { Description = "cpu or torch.", DefaultValueFactory = _ => "cpu" };
        Argument<string> device = new("DEVICE") { Description = "Where torch computes.", DefaultValueFactory = _ => "cpu" };
        Command command = new("engine", "The engine alone, with bundled models: 1, 8 and 32 streams at once.") { model, runner, device };
        command.SetAction((result, _) => RunAsync(
            result.GetRequiredValue(model), result.GetRequiredValue(runner), result.GetRequiredValue(device)));
        return command;
    }

    private static async Task RunAsync(string model, string runner, string device)
    {
        string folder = Path.Combine(Machine.RepositoryRoot(), "models", model);
        var engineOptions = new EngineOptions();
        var options = new ModelOptions { Path = folder, Threads = 1, Runner = runner, Device = device };
        LoadedModel loaded = LoadedModel.Load(options, engineOptions);
        using var engine = new EngineLoop(
            loaded.Runner, loaded.Tokenizer, new HashSet<int>(loaded.Config.EosTokenIds), loaded.ContextLength, engineOptions);
        IReadOnlyList<int> prompt = loaded.Tokenizer.Encode("Once upon a time", addSpecialTokens: true);
        await MeasureAsync(engine, prompt, 32);

        var rates = s_streams.ToDictionary(s => s, _ => new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (int streams in s_streams)
            {
                rates[streams].Add(await MeasureAsync(engine, prompt, streams));
            }
        }

        Console.WriteLine(
            $"{model}, {loaded.Runner.NumericsId}, 1 thread, {prompt.Count}-token prompt, {NewTokens} new tokens, median of {Rounds} rounds:");
        foreach (int streams in s_streams)
        {
            double ratio = rates[streams].Zip(rates[1], (many, one) => many / one).Median();
            Console.WriteLine(
                $"{streams,3} at once: {rates[streams].Median(),8:F0} tokens/s  ({rates[streams].Min():F0}–{rates[streams].Max():F0}), {ratio:F1} × one");
        }

        Console.WriteLine($"working set {Environment.WorkingSet / 1048576} MiB, {loaded.Runner.KvBlocks} KV blocks");
    }

    private static async Task<double> MeasureAsync(EngineLoop engine, IReadOnlyList<int> prompt, int streams)
    {
        var sampling = new SamplingParams { Temperature = 0, MaxTokens = NewTokens, IgnoreEos = true };
        long start = Stopwatch.GetTimestamp();
        int[] tokens = await Task.WhenAll(Enumerable.Range(0, streams).Select(async i =>
        {
            int count = 0;
            using Generation generation = engine.Submit(new GenerationRequest($"bench-{i}", [prompt], sampling));
            await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            {
                count += output.TokenIds.Count;
            }

            return count;
        }));
        return tokens.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
