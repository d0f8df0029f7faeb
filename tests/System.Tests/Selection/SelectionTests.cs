using System.ClientModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.System.Tests.Processes;
using OpenAI;
using OpenAI.Chat;

namespace Godwit.System.Tests.Selection;

/// <summary><c>auto</c> through a real <c>up</c>: Gateway, Router and two models.</summary>
[Collection(SharedGodwit.Collection)]
public sealed class SelectionTests(SelectingGodwit godwit) : IClassFixture<SelectingGodwit>, IDisposable
{
    private const string SelectPrompt = "select the name of every bird";
    private const string PrincessPrompt = "the princess had a little bird";

    private readonly HttpClient _http = new() { BaseAddress = godwit.Api, Timeout = RunningGodwit.Patience };

    [Theory]
    [InlineData(SelectPrompt, SelectingGodwit.Select)]
    [InlineData(PrincessPrompt, SelectingGodwit.Princess)]
    public async Task Prompt_ReachesItsExpert_AndTheHeaderSaysWhy(string prompt, string expert)
    {
        SelectedAnswer answer = await SelectedAnswer.AskAsync(_http, prompt);
        Assert.Equal((expert, expert, "lowest_cost"), (answer.Model, answer.Selection["model"], answer.Selection["reason"]));
        Assert.True(double.Parse(answer.Selection["loss"]) is > 0 and < 2, answer.Selection["loss"]);
        Assert.True(double.Parse(answer.Selection["margin"]) > 0, answer.Selection["margin"]);
        Assert.Matches("^[0-9a-f]{8}$", answer.Selection["router"]);
        Assert.Null(answer.Warning);
        Assert.Equal((await SelectedAnswer.AskAsync(_http, prompt, expert)).Text, answer.Text);
    }

    [Fact]
    public async Task Wishes_ChangeTheChoice_HoweverTheyAreGiven()
    {
        // stories260k is the smaller one.
        Assert.Equal("stories260k", (await SelectedAnswer.AskAsync(_http, SelectPrompt + " [Flag: smallest model]")).Model);
        JsonObject goals = new() { ["goals"] = new JsonObject { ["size"] = 5 } };
        JsonObject models = new() { ["models"] = new JsonArray("stories260k") };
        Assert.Equal("stories260k", (await SelectedAnswer.AskAsync(_http, SelectPrompt, godwit: goals)).Model);
        Assert.Equal("stories260k", (await SelectedAnswer.AskAsync(_http, SelectPrompt, godwit: models)).Model);
        using HttpClient withGoals = new() { BaseAddress = godwit.Api, Timeout = RunningGodwit.Patience };
        withGoals.DefaultRequestHeaders.Add("x-godwit-goals", "size=5");
        Assert.Equal("stories260k", (await SelectedAnswer.AskAsync(withGoals, SelectPrompt)).Model);
    }

    [Fact]
    public async Task UnknownFlag_IsReported_AndNeitherItNorAnyOtherReachesTheModel()
    {
        SelectedAnswer plain = await SelectedAnswer.AskAsync(_http, SelectPrompt);
        SelectedAnswer flagged = await SelectedAnswer.AskAsync(_http, $"[Flag: fooo] {SelectPrompt} [Flag: queue=0.001]");
        Assert.Equal("""unknown flag "fooo" """.TrimEnd(), flagged.Warning);
        Assert.Equal((plain.Model, plain.Text), (flagged.Model, flagged.Text));
    }

    [Fact]
    public async Task HostilePrompts_AreAnswered()
    {
        foreach (string prompt in (string[])
        [
            new string('a', 20_000), string.Concat(Enumerable.Repeat("[Flag: ", 2000)), string.Concat(Enumerable.Repeat("[Flag: x]", 2000)),
            "!?§$%&/()=" + new string('#', 200), "Γειά σου Κόσμε, привет мир, 你好世界 🐦", " ", "\0\u0001\u2028",
        ])
        {
            JsonObject body = new() { ["model"] = "auto", ["prompt"] = prompt, ["max_tokens"] = 1, ["truncate_prompt_tokens"] = 16 };
            using StringContent content = new(body.ToJsonString(), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _http.PostAsync(new Uri("/v1/completions", UriKind.Relative), content);
            string answer = await response.Content.ReadAsStringAsync();
            string selection = Assert.Single(response.Headers.GetValues("x-godwit-selection"));
            Assert.DoesNotContain("router_", selection, StringComparison.Ordinal);
            Assert.True((int)response.StatusCode < 500, $"{(int)response.StatusCode} {answer}");
        }
    }

    [Fact]
    public async Task OfficialClient_WholeAndStreamed_AreTheSameAnswerOfOneExpert()
    {
        ChatClient chat = new OpenAIClient(
            new ApiKeyCredential("none-needed"), new OpenAIClientOptions { Endpoint = new Uri(godwit.Api, "/v1") }).GetChatClient("auto");
        ChatCompletionOptions options = new() { Temperature = 0, MaxOutputTokenCount = 16 };
        ClientResult<ChatCompletion> whole = await chat.CompleteChatAsync([new UserChatMessage(PrincessPrompt)], options);
        Assert.True(whole.GetRawResponse().Headers.TryGetValue("x-godwit-selection", out string? header));
        Assert.Equal("stories260k", SelectedAnswer.PartsOf(header!)["model"]);
        Assert.Equal("stories260k", whole.Value.Model);
        StringBuilder text = new();
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage(PrincessPrompt)], options))
        {
            Assert.Equal("stories260k", update.Model);
            foreach (ChatMessageContentPart part in update.ContentUpdate)
                text.Append(part.Text);
        }

        Assert.Equal(whole.Value.Content[0].Text, text.ToString());
    }

    [Fact]
    public async Task Models_ListTheNamesUnderWhichOneIsChosen()
    {
        using JsonDocument models = JsonDocument.Parse(await _http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));
        Assert.Equal(
            ["auto", "auto:fast", "auto:small", "auto:best", "babyllama", "stories260k"],
            models.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task ReplacedRouterFile_IsUsedWithoutADroppedRequest()
    {
        string before = (await SelectedAnswer.AskAsync(_http, SelectPrompt)).Selection["router"];
        godwit.Files.Write(select: SelectingGodwit.Princess, princess: SelectingGodwit.Select);
        try
        {
            SelectedAnswer answer = await UntilAsync(SelectPrompt, answer => answer.Selection["router"] != before);
            Assert.Equal((SelectingGodwit.Princess, "lowest_cost"), (answer.Model, answer.Selection["reason"]));

            // One that is none is refused, and the last one stays.
            await File.WriteAllTextAsync(godwit.Files.Path, "no router");
            for (int i = 0; i < 10; i++)
                Assert.Equal(answer.Selection["router"], (await SelectedAnswer.AskAsync(_http, SelectPrompt)).Selection["router"]);
        }
        finally
        {
            godwit.Files.Write(SelectingGodwit.Select, SelectingGodwit.Princess);
            await UntilAsync(SelectPrompt, answer => answer.Selection["router"] == before);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks on and on; every request must be answered by a choice of the Router's.</summary>
    private async Task<SelectedAnswer> UntilAsync(string prompt, Func<SelectedAnswer, bool> condition)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (true)
        {
            SelectedAnswer answer = await SelectedAnswer.AskAsync(_http, prompt);
            Assert.Equal("lowest_cost", answer.Selection["reason"]);
            if (condition(answer))
                return answer;
            deadline.Token.ThrowIfCancellationRequested();
        }
    }
}
