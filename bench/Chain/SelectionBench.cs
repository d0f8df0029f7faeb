using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace Godwit.Bench.Chain;

/// <summary>
/// What the choice of a model adds: chats for one token with the model named and with <c>auto</c>, paired in one run over one connection.
/// The Router has one model to choose and predicts all the same, so that both calls of a pair are answered by the same worker.
/// </summary>
internal static class SelectionBench
{
    private const int Pairs = 400;
    private const int PairsBetween = 2000;
    private const string Auto = "auto";
    private const string Header = "x-godwit-selection";

    private static readonly Option<string> s_model = new("--model")
    {
        Description = "The model of the bundled library that answers.",
        DefaultValueFactory = _ => "babyllama",
    };

    private static readonly Option<string?> s_router = new("--router")
    {
        Description = "Router file. Default: the bundled one, if there is one.",
    };

    // About as long as people's questions are.
    private static readonly string[] s_prompts =
    [
        "Once upon a time there was a little girl who lived in a house by the sea.",
        "Write a query that lists the name of each customer and the total of their orders in the last month.",
        "A train leaves at 9 and drives 60 miles an hour. How far has it come at half past eleven? Show your work.",
        "The tenant shall pay the rent in advance on the first day of each month. What happens if the day is a holiday?",
        "public static int Count(IEnumerable<string> words) should skip the empty ones. What is wrong with this loop?",
    ];

    public static Command Command()
    {
        Command command = new("selection", "What the choice of a model adds at the gateway.") { s_model, s_router };
        command.SetAction((result, _) => RunAsync(result.GetValue(s_model)!, result.GetValue(s_router)));
        return command;
    }

    private static async Task RunAsync(string model, string? router)
    {
        string[] more = router is null ? [] : ["--router-file", Path.GetFullPath(router)];
        await using RunningStack stack = await RunningStack.StartAsync(model, [.. more, "--log-level", "error"]);
        using HttpClient client = new() { BaseAddress = new Uri(stack.Gateway), Timeout = TimeSpan.FromMinutes(2) };
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        Uri models = new("/v1/models", UriKind.Relative);
        while (!(await client.GetStringAsync(models, deadline.Token)).Contains($"\"{Auto}\"", StringComparison.Ordinal))
        {
            await Task.Delay(100, deadline.Token);
        }

        await CompareAsync(client, model, "right after the start");
        await CompareAsync(client, model, report: null, PairsBetween);
        await CompareAsync(client, model, $"{PairsBetween} pairs later");
    }

    private static async Task CompareAsync(HttpClient client, string model, string? report, int pairs = Pairs)
    {
        List<double> named = [];
        List<double> chosen = [];
        string? why = null;
        for (int i = 0; i < pairs; i++)
        {
            string prompt = s_prompts[i % s_prompts.Length];
            named.Add((await AskAsync(client, model, prompt)).Milliseconds);
            (double milliseconds, why) = await AskAsync(client, Auto, prompt);
            chosen.Add(milliseconds);
        }

        if (report is not null)
        {
            Console.WriteLine($"{model}, one token, one connection, {pairs} interleaved pairs, {report} ({why}):");
            Console.WriteLine($"named  p50 {named.Median():F2} ms  p99 {named.Quantile(0.99):F2} ms");
            Console.WriteLine($"auto   p50 {chosen.Median():F2} ms  p99 {chosen.Quantile(0.99):F2} ms");
            Console.WriteLine($"added  p50 {chosen.Zip(named, (auto, other) => auto - other).Median():F3} ms");
        }
    }

    private static async Task<(double Milliseconds, string? Why)> AskAsync(HttpClient client, string model, string prompt)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(
            new { model, messages = new[] { new { role = "user", content = prompt } }, max_tokens = 1, temperature = 0 });
        long start = Stopwatch.GetTimestamp();
        using ByteArrayContent content = new(body) { Headers = { ContentType = new("application/json") } };
        using HttpResponseMessage response = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return (milliseconds, response.Headers.TryGetValues(Header, out IEnumerable<string>? why) ? why.Single() : null);
    }
}
