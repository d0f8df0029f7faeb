using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Contracts.Frames;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Api;

/// <summary>Answers to the Gateway.</summary>
public sealed class FrameAnswerTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/v1/chat/completions", "\"stream\":true")]
    [InlineData("/v1/chat/completions", "\"stream\":true,\"n\":3,\"stream_options\":{\"include_usage\":true}")]
    [InlineData("/v1/chat/completions", "\"n\":2")]
    [InlineData("/v1/completions", "\"stream\":true")]
    [InlineData("/v1/completions", "\"stream\":true,\"n\":2,\"stream_options\":{\"include_usage\":true}")]
    [InlineData("/v1/completions", "\"n\":3")]
    [InlineData("/v1/completions", "\"n\":2,\"best_of\":3,\"logprobs\":2,\"echo\":true")]
    [InlineData("/v1/completions", "\"echo\":true,\"max_tokens\":0,\"logprobs\":2,\"stream\":true")]
    [InlineData("/v1/chat/completions", "\"logprobs\":true,\"top_logprobs\":2,\"return_token_ids\":true,\"stream\":true")]
    public async Task Payloads_are_the_bytes_of_the_plain_answer(string path, string fields)
    {
        string body = path.Contains("chat", StringComparison.Ordinal) ? ApiHost.Chat(fields) : ApiHost.Text(fields);
        using HttpResponseMessage plain = await _host.PostAsync(path, body, ApiHost.Ticket());
        byte[] expected = await plain.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);

        List<Frame> frames = await ReadFramesAsync(path, body, ApiHost.Ticket());
        byte[] joined = [.. frames.SelectMany(frame => frame.Payload.ToArray())];
        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(joined));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Headers_have_the_prompt_and_every_token_in_order(bool stream)
    {
        List<Frame> frames = await ReadFramesAsync(
            "/v1/completions", ApiHost.Text($"\"n\":2,\"stream\":{(stream ? "true" : "false")}", "[[5,6],[7]]"), ApiHost.Ticket());
        int[][] prompts = [[5, 6], [5, 6], [7], [7]];
        for (int choice = 0; choice < prompts.Length; choice++)
        {
            Frame[] own = [.. frames.Where(f => f.Choice == choice && !f.Flags.HasFlag(FrameFlags.Last))];
            Assert.Equal(FrameFlags.Prompt, own[0].Flags);
            Assert.Equal(prompts[choice], own[0].TokenIds);
            Assert.True(own[0].Payload.IsEmpty);
            int next = 0;
            foreach (Frame frame in own[1..])
            {
                Assert.Equal(next, frame.FirstIndex);
                next += frame.TokenIds.Count;
            }

            Assert.Equal(ScriptedEngine.TokensOf(choice), next);
            Assert.Equal(own.Length - 1, Array.FindIndex(own, f => f.Flags == FrameFlags.ChoiceFinished));
        }

        Assert.Equal(frames.Count - 1, frames.FindIndex(f => f.Flags == FrameFlags.Last));
        Assert.Equal(!stream, frames.SkipLast(1).All(f => f.Payload.IsEmpty));
    }

    [Fact]
    public async Task The_ticket_decides_id_time_seed_and_priority()
    {
        List<Frame> frames = await ReadFramesAsync(
            "/v1/chat/completions",
            """{"model":"auto","messages":[{"role":"user","content":"Hi"}],"seed":5,"priority":-50}""",
            ApiHost.Ticket("gw-1"));
        JsonNode answer = JsonNode.Parse(frames[^1].Payload.Span)!;
        Assert.Equal(
            ("chatcmpl-gw-1", 1_750_000_000L, ApiHost.ModelId),
            ((string?)answer["id"], (long)answer["created"]!, (string?)answer["model"]));
        GenerationRequest request = _host.Engine.Requests.Single();
        Assert.Equal(("gw-1", -7L, 3), (request.Id, request.Sampling.Seed, request.Priority));
    }

    [Fact]
    public async Task An_engine_fault_is_an_error_frame()
    {
        _host.Engine.Script = (_, outputs) =>
        {
            outputs.TryWrite(new SequenceOutput(0, 0, new[] { 5 }, "x", null));
            outputs.TryComplete(new EngineFaultedException("broken"));
        };
        List<Frame> frames = await ReadFramesAsync("/v1/chat/completions", ApiHost.Chat("\"stream\":true"), ApiHost.Ticket());
        Assert.Equal([5], frames[^2].TokenIds);
        Assert.Equal(FrameFlags.Error, frames[^1].Flags);
        Assert.Equal("instance_failed", (string?)JsonNode.Parse(frames[^1].Payload.Span)!["error"]!["code"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"request":"a b","epoch":1,"created":1,"model":"test/model","priority":0}""")]
    [InlineData("""{"request":"a","epoch":0,"created":1,"model":"test/model","priority":0}""")]
    [InlineData("""{"request":"a","epoch":1,"created":-1,"model":"test/model","priority":0}""")]
    [InlineData("""{"request":"a","epoch":1,"created":1,"model":"test/model","priority":-2147483648}""")]
    [InlineData("""{"request":"a","epoch":1,"created":1,"priority":0}""")]
    public async Task A_malformed_ticket_is_refused(string ticket)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(ApiHost.Chat(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(InternalHeaders.Admission, ticket);
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, "invalid_value", InternalHeaders.Admission);
    }

    [Fact]
    public async Task Frames_want_a_ticket_and_a_ticket_wants_this_model()
    {
        using HttpResponseMessage bare = await _host.PostAsync("/v1/chat/completions", ApiHost.Chat(), ticket: null, frames: true);
        await BadRequestTests.AssertErrorAsync(bare, HttpStatusCode.BadRequest, "missing_required_parameter", InternalHeaders.Admission);
        using HttpResponseMessage other =
            await _host.PostAsync("/v1/chat/completions", ApiHost.Chat(), ApiHost.Ticket(model: "other"), frames: true);
        await BadRequestTests.AssertErrorAsync(other, HttpStatusCode.NotFound, "model_not_found", "model");
    }

    [Fact]
    public async Task An_epoch_is_used_once_and_a_lower_one_never_after_it()
    {
        foreach (int epoch in (int[])[2, 3])
        {
            await ReadFramesAsync("/v1/chat/completions", ApiHost.Chat(), ApiHost.Ticket("moved", epoch));
        }

        foreach (int epoch in (int[])[3, 2])
        {
            using HttpResponseMessage stale =
                await _host.PostAsync("/v1/chat/completions", ApiHost.Chat(), ApiHost.Ticket("moved", epoch), frames: true);
            await BadRequestTests.AssertErrorAsync(stale, HttpStatusCode.Conflict, "stale_epoch", null);
        }

        Assert.Equal(2, _host.Engine.Requests.Count);
    }

    private Task<List<Frame>> ReadFramesAsync(string path, string body, AdmissionTicket ticket) =>
        _host.PostForFramesAsync(path, body, ticket);
}
