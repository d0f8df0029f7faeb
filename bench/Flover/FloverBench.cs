using System.CommandLine;
using Godwit.Worker.Model;

namespace Godwit.Bench.Flover;

/// <summary>
/// The experiment of Flover (Yao et al. 2023, figures 6 to 8): requests that arrive one after the other at a fixed gap, each wanting many
/// tokens, served in four ways in one run. Latency counts from a request's arrival to its last token.
/// </summary>
internal static class FloverBench
{
    private const int WarmUpRequests = 4;
    private const int WarmUpTokens = 64;

    public static Command Command()
    {
        Option<int> gap = new("--gap-ms") { Description = "Milliseconds between two arrivals.", DefaultValueFactory = _ => 500 };
        Option<int> requests = new("--requests") { Description = "Requests.", DefaultValueFactory = _ => 32 };
        Option<int> promptTokens = new("--prompt-tokens") { Description = "Tokens of each prompt.", DefaultValueFactory = _ => 8 };
        Option<int> newTokens = new("--new-tokens") { Description = "Tokens of each answer.", DefaultValueFactory = _ => 512 };
        Command command = new("flover", "Flover's experiment: the fused engine beside one by one, static batches and concurrent instances.")
        {
            gap, requests, promptTokens, newTokens,
        };
        EngineChoice engine = new(command);
        command.SetAction(async (result, _) =>
        {
            foreach (EngineMode mode in engine.Modes(result))
            {
                FloverLoad load = new(
                    result.GetValue(requests),
                    TimeSpan.FromMilliseconds(result.GetValue(gap)),
                    result.GetValue(promptTokens),
                    result.GetValue(newTokens));
                await RunAsync(mode, load);
            }
        });
        return command;
    }

    private static async Task RunAsync(EngineMode mode, FloverLoad load)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"{Path.GetFileName(mode.Model.Path)}, {mode.Name}, {mode.Model.Threads} threads: {load.Requests} requests, "
            + $"one every {load.Gap.TotalMilliseconds} ms, {load.PromptTokens}-token prompts, {load.NewTokens} new tokens each");
        List<(string Way, FloverResult Result)> results = [];
        foreach ((string way, Func<IServing> start) in Ways(mode.Model, load))
        {
            using IServing serving = start();
            await load.RunAsync(serving, WarmUpRequests, Math.Min(WarmUpTokens, load.NewTokens));
            results.Add((way, await load.RunAsync(serving, load.Requests, load.NewTokens)));
            Console.WriteLine($"done: {way}{(serving.Remark is { } remark ? $" ({remark})" : "")}");
        }

        Print(results);
    }

    private static IEnumerable<(string Way, Func<IServing> Start)> Ways(ModelOptions model, FloverLoad load)
    {
        int tokens = load.PromptTokens + load.NewTokens;
        yield return ("fused", () => new FusedServing(ServingEngine.Load(model, load.Requests, tokens)));
        yield return ("one by one", () => new BatchServing(ServingEngine.Load(model, 1, tokens), mostPerBatch: 1));
        yield return ("static batches", () => new BatchServing(ServingEngine.Load(model, load.Requests, tokens), load.Requests));
        yield return ("concurrent instances", () => InstanceServing.Start(model, load.Requests, tokens));
    }

    private static void Print(List<(string Way, FloverResult Result)> results)
    {
        FloverResult fused = results[0].Result;
        Console.WriteLine("| way | tokens/s | mean latency, s | p99 latency, s | fused: tokens/s × | mean latency ÷ | p99 latency ÷ |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach ((string way, FloverResult result) in results)
        {
            Console.WriteLine(
                $"| {way} | {result.TokensPerSecond:F0} | {result.MeanLatency:F2} | {result.P99Latency:F2} "
                + $"| {fused.TokensPerSecond / result.TokensPerSecond:F2} | {result.MeanLatency / fused.MeanLatency:F2} "
                + $"| {result.P99Latency / fused.P99Latency:F2} |");
        }
    }
}
