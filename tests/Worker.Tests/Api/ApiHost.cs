using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Worker.Api;
using Godwit.Worker.Engine;
using Godwit.Worker.Tokenization;
using Godwit.Worker.ToolCalls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Tests.Api;

/// <summary>The API on a real Kestrel at a free port, with a real client.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string ModelId = "test/model";
    public const int ContextLength = 200;

    private readonly WebApplication _app;

    private ApiHost(WebApplication app, ScriptedEngine engine)
    {
        _app = app;
        Engine = engine;

        // By default a client that gives up an answer reads on for two seconds, in the hope of using the connection again.
        var handler = new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero };
        Client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public ScriptedEngine Engine { get; }

    public HttpClient Client { get; }

    public static async Task<ApiHost> StartAsync(Func<ServedModel, ServedModel>? change = null)
    {
        var engine = new ScriptedEngine();
        var model = new ServedModel
        {
            Id = ModelId,
            Created = 1_700_000_000,
            ContextLength = ContextLength,
            HopelessChars = 4 * ContextLength,
            VocabularySize = ScriptedEngine.VocabularySize,
            Instance = "worker-1",
            Fingerprint = "fp_test",
            BosToken = "<s>",
            Encode = ScriptedEngine.Encode,
            EncodeMarked = (text, addSpecialTokens) => ScriptedEngine.Encode(text.Text, addSpecialTokens),
            Tokens = new TokenTexts(
                ScriptedEngine.BytesOf,
                (ids, _) => ScriptedEngine.PiecesOf(ids),
                id => $"<{id}>",
                ids => Encoding.UTF8.GetString([.. ids.SelectMany(ScriptedEngine.BytesOf)])),
            RenderChat = chat => MarkedText.Of(string.Concat(chat.Messages.Select(m => $"{m.Role}:{m.Content};"))),
            ToolCalls = ToolCallFormat.Hermes,
            Reasons = false,
            ControlToken = _ => null,
            Compile = engine.Constraints.CompileAsync,
            Embedding = new EmbeddingShape(4, Pooling.Mean, IsMatryoshka: true, Dimensions: [2]),
            Submit = engine.Submit,
        };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(change?.Invoke(model) ?? model).AddOpenAIApi();
        WebApplication app = builder.Build();
        app.MapOpenAIApi();
        await app.StartAsync();
        return new ApiHost(app, engine);
    }

    /// <summary>A chat request with further fields, such as <c>"n":2</c>.</summary>
    public static string Chat(string fields = "") =>
        $$"""{"model":"{{ModelId}}","messages":[{"role":"user","content":"Hi"}]{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";

    /// <summary>A completion request with further fields.</summary>
    public static string Text(string fields = "", string prompt = "\"Hi\"") =>
        $$"""{"model":"{{ModelId}}","prompt":{{prompt}}{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";

    public static AdmissionTicket Ticket(string request = "r1", int epoch = 1, string model = ModelId) =>
        new(request, epoch, Created: 1_750_000_000, RenderedAt: 0, Seed: -7, model, WeightsDigest: null, TenantSalt: "", Priority: 3);

    /// <summary>Posts a body; <paramref name="ticket"/> is sent as the Gateway does.</summary>
    public Task<HttpResponseMessage> PostAsync(
        string path, string body, AdmissionTicket? ticket = null, bool frames = false, CancellationToken cancel = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (ticket is not null)
        {
            request.Headers.Add(InternalHeaders.Admission, JsonSerializer.Serialize(ticket, ContractsJson.Default.AdmissionTicket));
        }

        if (frames)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(InternalHeaders.FramesMediaType));
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    /// <summary>Posts a body and reads the JSON answer.</summary>
    public async Task<JsonNode> PostForJsonAsync(string path, string body)
    {
        using HttpResponseMessage response = await PostAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Posts a body and reads the events' data, <c>[DONE]</c> checked and taken off.</summary>
    public async Task<List<JsonNode>> PostForEventsAsync(string path, string body)
    {
        using HttpResponseMessage response = await PostAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        string[] events = text.Split("\n\n");
        Assert.Equal("", events[^1]);
        Assert.Equal("data: [DONE]", events[^2]);
        return [.. events[..^2].Select(e =>
        {
            Assert.StartsWith("data: ", e, StringComparison.Ordinal);
            return JsonNode.Parse(e["data: ".Length..])!;
        })];
    }

    /// <summary>Posts a body as the Gateway does and reads the frames.</summary>
    public async Task<List<Frame>> PostForFramesAsync(string path, string body, AdmissionTicket ticket)
    {
        using HttpResponseMessage response = await PostAsync(path, body, ticket, frames: true);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal(InternalHeaders.FramesMediaType, response.Content.Headers.ContentType?.ToString());
        var frames = new List<Frame>();
        var rest = new ReadOnlySequence<byte>(bytes);
        while (FrameReader.TryRead(ref rest, out Frame? frame))
        {
            frames.Add(frame!);
        }

        Assert.True(rest.IsEmpty);
        return frames;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
