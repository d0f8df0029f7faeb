using System.Diagnostics;
using System.Net.Http.Json;
using Godwit.CommandLine.Bench;
using Godwit.Worker.Model;

namespace Godwit.Bench.Llamacpp;

/// <summary>Time to the first token through the servers: one streamed request at a time, the servers in turn.</summary>
internal static class FirstTokenBench
{
    private const int PromptTokens = 32;
    private const int Requests = 100;
    private const int WarmUp = 20;

    public static async Task RunAsync(LlamaTools tools, string llamaModel, IReadOnlyList<EngineMode> modes)
    {
        int[] words = [.. Enumerable.Range(0, ModelConfig.Load(modes[0].Model.Path).VocabularySize)];
        List<(string Name, ServerProcess Server, List<double> Times)> servers = [];
        try
        {
            servers.Add(("llama-server", await ServerProcess.StartLlamaAsync(tools, llamaModel, modes[0].Model.Threads), []));
            foreach (EngineMode mode in modes)
                servers.Add(($"godwit {mode.Name}", await ServerProcess.StartWorkerAsync(mode.Model), []));
            for (int i = -WarmUp; i < Requests; i++)
            {
                IReadOnlyList<int> prompt = RandomPrompts.Make(words, 1, PromptTokens, i + WarmUp).Single();
                foreach ((_, ServerProcess server, List<double> times) in servers)
                {
                    double time = await FirstTokenAsync(server.Client, prompt);
                    if (i >= 0)
                        times.Add(time);
                }
            }
        }
        finally
        {
            foreach ((_, ServerProcess server, _) in servers)
                await server.DisposeAsync();
        }

        Console.WriteLine($"time to the first token through the server, {PromptTokens}-token prompt, {Requests} requests each, in turn:");
        Console.WriteLine("| server | p50, ms | p99, ms | llama-server ÷ it (median of the pairs) |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((string name, _, List<double> times) in servers)
        {
            double ratio = servers[0].Times.Zip(times, (theirs, ours) => theirs / ours).Median();
            Console.WriteLine($"| {name} | {times.Median():F2} | {times.Quantile(0.99):F2} | {ratio:F2} |");
        }
    }

    private static async Task<double> FirstTokenAsync(HttpClient client, IReadOnlyList<int> prompt)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(
                new { model = "bench", prompt, max_tokens = 4, temperature = 0, ignore_eos = true, stream = true }),
        };
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        double? first = null;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
                first ??= Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return first ?? throw new InvalidDataException("The stream had no token.");
    }
}
