using System.Text.Json.Nodes;
using Godwit.System.Tests.Migration;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Selection;

/// <summary>What becomes of <c>auto</c> when the Router, or the chosen model's worker, is hurt.</summary>
[Collection(SharedGodwit.Collection)]
public sealed class SelectionFailureTests : IDisposable
{
    private const string Prompt = "the princess had a little bird";
    private const int Tokens = 120;
    private readonly RouterFiles _files = new();

    [Fact]
    public async Task FrozenAndKilledRouter_TheGatewayChooses_UntilTheRouterIsBack()
    {
        _files.Write("babyllama", "stories260k");
        await using RunningGodwit godwit = await RunningGodwit.UpAsync(
            [.. SelectingGodwit.Arguments(_files, "--workers", "stories260k=1", "--workers", "babyllama=1", "--separate"),
            "--set", "Gateway:Selection:Generalist=babyllama"]);
        using HttpClient http = new() { BaseAddress = godwit.Api, Timeout = RunningGodwit.Patience };
        int router = Assert.Single(Unix.Children(godwit.ProcessId, "serve router"));
        Assert.Equal("lowest_cost", (await SelectedAnswer.AskAsync(http, Prompt)).Selection["reason"]);

        Unix.Signal(router, "STOP");
        SelectedAnswer answer = await UntilAsync(http, answer => answer.Selection["reason"] == "no_router");
        Assert.Equal("babyllama", answer.Model);
        Assert.Equal("the Router was not heard; goals are ignored", answer.Warning);

        Unix.Signal(router, "KILL");
        answer = await UntilAsync(http, answer => answer.Selection["reason"] == "lowest_cost");
        Assert.Equal("stories260k", answer.Model);
        Assert.NotEqual(router, Assert.Single(Unix.Children(godwit.ProcessId, "serve router")));
    }

    [Fact]
    public async Task MovedAndRecoveredAnswer_StaysWithTheChosenModel()
    {
        _files.Write("babyllama", "stories260k");
        await using RunningGodwit godwit = await RunningGodwit.UpAsync(
            [.. SelectingGodwit.Arguments(_files, "--workers", "stories260k=2", "--workers", "babyllama=1"),
            "--runner", "simulated", "--step-ms", "100,0"]);
        using AdminCalls admin = new(godwit.Api);
        await admin.StopMigrationAsync();
        using ApiCalls api = new(godwit.Api);
        string undisturbed = TextOf(await (await api.PostAsync("/v1/completions", Body("stories260k", Prompt))).Content.ReadAsStringAsync());

        using HttpResponseMessage response = await api.PostAsync("/v1/completions", Body("auto", $"{Prompt} [Flag: fooo]"));
        Assert.Equal("stories260k", response.Headers.GetValues("x-godwit-model").Single());
        Assert.Equal("stories260k", SelectedAnswer.PartsOf(response.Headers.GetValues("x-godwit-selection").Single())["model"]);
        string source = response.Headers.GetValues("x-godwit-instance").Single();
        RunningWorker destination = godwit.Workers.Single(worker => worker.Model == "stories260k" && worker.Instance != source);
        using StreamReader stream = new(await response.Content.ReadAsStreamAsync());
        string text = await ReadAsync(stream, "data: {");
        Assert.True(await admin.MoveAsync(response.Headers.GetValues("x-request-id").Single(), destination.Instance));
        text += await ReadAsync(stream, $": godwit instance={destination.Instance}");
        Unix.Signal(destination.ProcessId, "KILL");
        text += await ReadAsync(stream, $": godwit instance={source}");
        text += await ReadAsync(stream, "data: [DONE]");
        Assert.DoesNotContain("\"error\"", text);
        Assert.Equal(undisturbed, TextOf(text));
        Assert.All(ChunksOf(text), chunk => Assert.Equal("stories260k", (string?)chunk["model"]));
    }

    public void Dispose() => _files.Dispose();

    private static string Body(string model, string prompt) => new JsonObject
    {
        ["model"] = model,
        ["prompt"] = prompt,
        ["max_tokens"] = Tokens,
        ["temperature"] = 0,
        ["ignore_eos"] = true,
        ["stream"] = true,
    }.ToJsonString();

    private static IEnumerable<JsonNode> ChunksOf(string events) => events.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
        .Select(line => JsonNode.Parse(line[6..])!);

    private static string TextOf(string events) =>
        string.Concat(ChunksOf(events).SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => (string?)choice!["text"]));

    private static async Task<string> ReadAsync(StreamReader stream, string until)
    {
        List<string> lines = [];
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (await stream.ReadLineAsync(deadline.Token) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(until, StringComparison.Ordinal))
                return string.Join('\n', lines) + "\n";
        }

        Assert.Fail($"The stream ended without '{until}':\n{string.Join('\n', lines)}");
        return "";
    }

    private static async Task<SelectedAnswer> UntilAsync(HttpClient http, Func<SelectedAnswer, bool> condition)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (true)
        {
            SelectedAnswer answer = await SelectedAnswer.AskAsync(http, Prompt);
            if (condition(answer))
                return answer;
            await Task.Delay(50, deadline.Token);
        }
    }
}
