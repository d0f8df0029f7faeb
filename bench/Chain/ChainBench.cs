using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Godwit.Contracts.Frames;

namespace Godwit.Bench.Chain;

/// <summary>
/// The whole chain as a client sees it: time that the gateway adds to the worker (paired calls in one run), and tokens per second
/// through the gateway for 1, 8 and 32 streams.
/// </summary>
internal static class ChainBench
{
    private const string Model = "babyllama";
    private const int Pairs = 400;

    // The runtime compiles the hot paths anew while they run; only then are the figures those of a server that has been up for a while.
    private const int PairsBetween = 2000;
    private static readonly int[] s_streams = [1, 8, 32];

    public static Command Command()
    {
        Command command = new("chain", "The whole chain: what the gateway adds to the worker.");
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    private static async Task RunAsync()
    {
        await using RunningStack stack = await RunningStack.StartAsync(Model);
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Add(InternalHeaders.ClusterSecret, RunningStack.Secret);

        await CompareAsync(client, stack, report: "right after the start");
        await CompareAsync(client, stack, report: null, PairsBetween);
        await CompareAsync(client, stack, report: $"{PairsBetween} pairs later");

        foreach (int streams in s_streams)
        {
            double rate = await StreamAsync(client, stack.Gateway, streams);
            Console.WriteLine($"{streams,3} streams through the gateway: {rate:F0} tokens/s");
        }

        Console.WriteLine(stack.Memory());
    }

    private static async Task CompareAsync(HttpClient client, RunningStack stack, string? report, int pairs = Pairs)
    {
        var direct = new List<double>();
        var proxied = new List<double>();
        for (int i = 0; i < pairs; i++)
        {
            direct.Add(await CompleteAsync(client, stack.Worker));
            proxied.Add(await CompleteAsync(client, stack.Gateway));
        }

        if (report is not null)
        {
            Console.WriteLine($"{Model}, one token, one connection, {pairs} interleaved pairs, {report}:");
            Console.WriteLine($"worker directly  p50 {direct.Median():F2} ms  p99 {direct.Quantile(0.99):F2} ms");
            Console.WriteLine($"through gateway  p50 {proxied.Median():F2} ms  p99 {proxied.Quantile(0.99):F2} ms");
            Console.WriteLine($"added            p50 {proxied.Zip(direct, (p, d) => p - d).Median():F2} ms");
        }
    }

    private static async Task<double> CompleteAsync(HttpClient client, string address)
    {
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.PostAsJsonAsync(
            address + "/v1/completions", new { model = Model, prompt = "Once", max_tokens = 1, temperature = 0 });
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> StreamAsync(HttpClient client, string address, int streams)
    {
        long start = Stopwatch.GetTimestamp();
        int[] tokens = await Task.WhenAll(Enumerable.Range(0, streams).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address + "/v1/completions")
            {
                Content = JsonContent.Create(new
                {
                    model = Model,
                    prompt = "Once upon a time",
                    max_tokens = 128,
                    temperature = 0,
                    ignore_eos = true,
                    stream = true,
                    stream_options = new { include_usage = true },
                }),
            };
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            int count = 0;
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    using JsonDocument chunk = JsonDocument.Parse(line[6..]);
                    count = chunk.RootElement.GetProperty("usage") is { ValueKind: JsonValueKind.Object } usage
                        ? usage.GetProperty("completion_tokens").GetInt32()
                        : count;
                }
            }

            return count;
        }));
        return tokens.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
