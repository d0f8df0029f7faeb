using System.ClientModel;
using System.Text.Json;
using Godwit.System.Tests.Processes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Godwit.System.Tests.Api;

/// <summary>OpenAI's own .NET client, unchanged: nothing but its address is told to it.</summary>
[Collection(SharedGodwit.Collection)]
public sealed class OfficialClientTests(SharedGodwit shared)
{
    private static readonly string[] s_models = ["babyllama", "stories260k"];

    public static TheoryData<string> Models => [.. s_models];

    [Fact]
    public async Task Models_List_NamesTheBundledOnes()
    {
        OpenAIModelCollection models = await Client().GetOpenAIModelClient().GetModelsAsync();
        Assert.Equal(
            [.. s_models, "auto", "auto:fast", "auto:small", "auto:best"], models.Select(model => model.Id).OrderBy(id => id.Contains("auto")));
    }

    [Fact]
    public async Task Models_One_IsFound()
    {
        OpenAIModel model = await Client().GetOpenAIModelClient().GetModelAsync("stories260k");
        Assert.Equal("stories260k", model.Id);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Chat_Whole_AnswersWithReadableText(string model)
    {
        ChatCompletion answer = await Client().GetChatClient(model).CompleteChatAsync([new UserChatMessage("Once upon a time")], Greedy());
        Assert.Matches("[a-z]{3,} [a-z]+", answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal(24, answer.Usage.OutputTokenCount);
        Assert.True(answer.Usage.InputTokenCount > 0);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Chat_Streamed_EqualsTheWhole(string model)
    {
        ChatClient chat = Client().GetChatClient(model);
        ChatCompletion whole = await chat.CompleteChatAsync([new UserChatMessage("Once upon a time")], Greedy());
        List<string> pieces = [];
        ChatFinishReason? finish = null;
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage("Once upon a time")], Greedy()))
        {
            pieces.AddRange(update.ContentUpdate.Select(part => part.Text).Where(text => text.Length > 0));
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(whole.Content[0].Text, string.Concat(pieces));
        Assert.Equal(ChatFinishReason.Length, finish);
        Assert.True(pieces.Count > 12, $"{pieces.Count} pieces for 24 tokens are no stream");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Chat_LogProbabilities_JoinToTheTextWholeAndStreamed(string model)
    {
        ChatClient chat = Client().GetChatClient(model);
        ChatCompletionOptions options = Greedy();
        options.IncludeLogProbabilities = true;
        options.TopLogProbabilityCount = 3;
        options.FrequencyPenalty = 0.5f;
        options.LogitBiases[7] = -100;
        ChatCompletion whole = await chat.CompleteChatAsync([new UserChatMessage("Once upon a time")], options);
        Assert.Equal(24, whole.ContentTokenLogProbabilities.Count);
        Assert.Equal(whole.Content[0].Text, string.Concat(whole.ContentTokenLogProbabilities.Select(token => token.Token)));
        Assert.All(whole.ContentTokenLogProbabilities, token =>
        {
            Assert.Equal(3, token.TopLogProbabilities.Count);
            Assert.InRange(token.LogProbability, -50, token.TopLogProbabilities[0].LogProbability);
        });

        List<ChatTokenLogProbabilityDetails> streamed = [];
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage("Once upon a time")], options))
        {
            streamed.AddRange(update.ContentTokenLogProbabilities);
        }

        Assert.Equal(
            whole.ContentTokenLogProbabilities.Select(token => (token.Token, token.LogProbability)),
            streamed.Select(token => (token.Token, token.LogProbability)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Embeddings_ComeInOrderAndHaveUnitLength(string model)
    {
        EmbeddingClient client = Client().GetEmbeddingClient(model);
        string[] inputs = ["Once upon a time", "The cat sat down.", "Once upon a time"];
        OpenAIEmbeddingCollection embeddings = await client.GenerateEmbeddingsAsync(inputs);
        float[][] vectors = [.. embeddings.OrderBy(embedding => embedding.Index).Select(embedding => embedding.ToFloats().ToArray())];
        Assert.Equal(3, vectors.Length);
        Assert.All(vectors, vector => Assert.InRange(vector.Sum(entry => (double)entry * entry), 1 - 1e-5, 1 + 1e-5));
        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal(embeddings.Usage.TotalTokenCount, embeddings.Usage.InputTokenCount);
        Assert.True(embeddings.Usage.InputTokenCount > 9);

        OpenAIEmbedding alone = await client.GenerateEmbeddingAsync(inputs[1]);
        Assert.Equal(vectors[1], alone.ToFloats().ToArray());
    }

    [Fact]
    public async Task Chat_EightAtOnce_EachEqualsWhatItGivesAlone()
    {
        ChatClient chat = Client().GetChatClient("stories260k");
        string[] prompts = [.. Enumerable.Range(0, 8).Select(i => string.Concat(Enumerable.Repeat("The cat sat down. ", i + 1)))];
        List<string> alone = [];
        foreach (string prompt in prompts)
            alone.Add(await AskAsync(chat, prompt));
        Assert.Equal(alone, await Task.WhenAll(prompts.Select(prompt => AskAsync(chat, prompt))));
    }

    [Fact]
    public async Task Chat_WithAJsonSchema_KeepsToItWholeAndStreamed()
    {
        ChatClient chat = Client().GetChatClient("stories260k");
        ChatCompletionOptions options = new()
        {
            Temperature = 1.2f,
            MaxOutputTokenCount = 80,
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "colour",
                BinaryData.FromString(
                    """{"type":"object","properties":{"colour":{"enum":["red","green"]},"n":{"type":"integer"}},"required":["colour","n"]}"""),
                jsonSchemaIsStrict: true),
        };
#pragma warning disable OPENAI001 // The client calls its seed an experiment.
        options.Seed = 7;
#pragma warning restore OPENAI001
        ChatCompletion whole = await chat.CompleteChatAsync([new UserChatMessage("Which colour?")], options);
        using JsonDocument answer = JsonDocument.Parse(whole.Content[0].Text);
        Assert.Contains(answer.RootElement.GetProperty("colour").GetString(), (string[])["red", "green"]);
        Assert.Equal(JsonValueKind.Number, answer.RootElement.GetProperty("n").ValueKind);
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);
        string streamed = "";
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage("Which colour?")], options))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal(whole.Content[0].Text, streamed);
    }

    [Fact]
    public async Task Chat_WithForcedTools_CallsThemWholeAndStreamed()
    {
        ChatClient chat = Client().GetChatClient("stories260k");
        ChatTool weather = ChatTool.CreateFunctionTool("get_weather", "The weather somewhere.", BinaryData.FromString(
            """
            {"type":"object","properties":{"city":{"type":"string","maxLength":12},"unit":{"enum":["C","F"]}},
             "required":["city","unit"],"additionalProperties":false}
            """));
        ChatCompletionOptions options = new()
        {
            Temperature = 1,
            MaxOutputTokenCount = 200,
            Tools = { weather, ChatTool.CreateFunctionTool("stop") },
            ToolChoice = ChatToolChoice.CreateFunctionChoice("get_weather"),
        };
#pragma warning disable OPENAI001 // The client calls its seed an experiment.
        options.Seed = 7;
#pragma warning restore OPENAI001
        ChatCompletion whole = await chat.CompleteChatAsync([new UserChatMessage("The weather?")], options);
        ChatToolCall call = Assert.Single(whole.ToolCalls);
        Assert.Equal("get_weather", call.FunctionName);
        using JsonDocument arguments = JsonDocument.Parse(call.FunctionArguments);
        Assert.Contains(arguments.RootElement.GetProperty("unit").GetString(), (string[])["C", "F"]);
        Assert.True(arguments.RootElement.TryGetProperty("city", out _));

        string name = "", streamed = "";
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage("The weather?")], options))
        {
            name += string.Concat(update.ToolCallUpdates.Select(part => part.FunctionName));
            streamed += string.Concat(update.ToolCallUpdates.Select(part => part.FunctionArgumentsUpdate));
        }

        Assert.Equal(("get_weather", call.FunctionArguments.ToString()), (name, streamed));

        options.ToolChoice = ChatToolChoice.CreateRequiredChoice();
        ChatCompletion required = await chat.CompleteChatAsync([new UserChatMessage("The weather?")], options);
        Assert.NotEmpty(required.ToolCalls);
        Assert.All(required.ToolCalls, each => Assert.Contains(each.FunctionName, (string[])["get_weather", "stop"]));
    }

    [Fact]
    public async Task Chat_UnknownModel_Is404()
    {
        ClientResultException e = await Assert.ThrowsAsync<ClientResultException>(
            () => AskAsync(Client().GetChatClient("gpt-unknown"), "Hello"));
        Assert.Equal(404, e.Status);
        Assert.Contains("model_not_found", e.Message);
    }

    private static async Task<string> AskAsync(ChatClient chat, string prompt)
    {
        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage(prompt)], Greedy());
        return answer.Content[0].Text;
    }

    private static ChatCompletionOptions Greedy() => new() { Temperature = 0, MaxOutputTokenCount = 24 };

    private OpenAIClient Client() => new(
        new ApiKeyCredential("none-needed"),
        new OpenAIClientOptions { Endpoint = new Uri(shared.Api, "/v1") });
}
