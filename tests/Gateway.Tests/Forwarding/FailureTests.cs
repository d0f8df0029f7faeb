using System.Net;
using System.Text;
using System.Text.Json;
using Godwit.Contracts.Frames;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.Forwarding;

[Collection(RedisCollection.Name)]
public sealed class FailureTests(RedisServers servers)
{
    private const string Streamed = """{"model":"tiny","stream":true}""";
    private const string Whole = """{"model":"tiny"}""";

    [Theory]
    [InlineData("gap")]
    [InlineData("overlap")]
    [InlineData("no frame")]
    [InlineData("death")]
    [InlineData("end without a last frame")]
    public async Task A_stream_that_breaks_ends_with_an_error_frame_and_a_reset(string how)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await call.SendAsync(FrameFlags.None, 0, [1], "data: 1\n\n");
            await started.Task.WaitAsync(Waiting.Deadline);
            await (how switch
            {
                "gap" => call.SendAsync(FrameFlags.None, 2, [9], "data: no\n\n"),
                "overlap" => call.SendAsync(FrameFlags.None, 0, [1, 2], "data: no\n\n"),
                "no frame" => call.SendRawAsync([255, 255, 255, 255, 0, 0, 0, 0]),
                "death" => call.DieAsync(),
                _ => Task.CompletedTask,
            });
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(Streamed);
        started.SetResult();
        (string text, bool wasReset) = await ReadAsync(response);
        Assert.True(wasReset, how);
        Assert.StartsWith("data: 1\n\ndata: {\"error\":", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Equal("instance_failed", CodeOf(text.Split("\n\n")[1]["data: ".Length..]));
        Assert.Single(worker.Calls);
    }

    [Theory]
    [InlineData(Streamed)]
    [InlineData(Whole)]
    public async Task An_instance_that_dies_before_the_first_byte_is_replaced_unseen(string body)
    {
        int died = 0;
        async Task Script(WorkerCall call)
        {
            if (Interlocked.Exchange(ref died, 1) == 0)
            {
                await call.SendAsync(FrameFlags.Prompt, 0, [1]);
                await call.SendAsync(FrameFlags.None, 0, [5]);
                await call.DieAsync();
            }
            else
            {
                await call.AnswerAsync("data: 1\n\n");
            }
        }

        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker one = await ScriptedWorker.StartAsync(redis, "w1", "tiny", Script);
        await using ScriptedWorker two = await ScriptedWorker.StartAsync(redis, "w2", "tiny", Script);
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.EndsWith("data: [DONE]\n\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        WorkerCall[] calls = [.. one.Calls.Concat(two.Calls).OrderBy(call => call.Ticket.Epoch)];
        Assert.Equal([1, 2], calls.Select(call => call.Ticket.Epoch));
        Assert.Equal(calls[0].Ticket with { Epoch = 2 }, calls[1].Ticket);
        Assert.Equal(calls[0].Body, calls[1].Body);
        Assert.Single(one.Calls);
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"tiny","input":"a","stream":true}""")]
    [InlineData("/tokenize", """{"prompt":"a"}""")]
    [InlineData("/detokenize", """{"model":null,"tokens":[1]}""")]
    public async Task Endpoints_that_generate_nothing_are_forwarded_and_tried_again_alike(string path, string body)
    {
        int died = 0;
        async Task Script(WorkerCall call)
        {
            await call.SendAsync(FrameFlags.ChoiceFinished, 0, []);
            await (Interlocked.Exchange(ref died, 1) == 0 ? call.DieAsync() : call.SendAsync(FrameFlags.Last, 0, [], """{"answer":1}"""));
        }

        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker one = await ScriptedWorker.StartAsync(redis, "w1", "tiny", Script);
        await using ScriptedWorker two = await ScriptedWorker.StartAsync(redis, "w2", "tiny", Script);
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(body, path);
        Assert.Equal("""{"answer":1}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        WorkerCall[] calls = [.. one.Calls.Concat(two.Calls)];
        Assert.Equal([path, path], calls.Select(call => call.Path));
        Assert.All(calls, call => Assert.Equal("tiny", call.Ticket.Model));
        Assert.All(calls, call => Assert.Equal(body, Encoding.UTF8.GetString(call.Body)));
    }

    [Theory]
    [InlineData(Streamed)]
    [InlineData(Whole)]
    public async Task When_every_instance_fails_the_error_says_so(string body)
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker one = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.DieAsync());
        await using ScriptedWorker two = await ScriptedWorker.StartAsync(redis, "w2", "tiny", call => call.RefuseAsync(500, "oops", "text/plain"));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(body);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("instance_failed", CodeOf(await response.Content.ReadAsStringAsync()));
        Assert.Equal(2, one.Calls.Count + two.Calls.Count);
    }

    [Fact]
    public async Task An_instance_that_nobody_listens_for_gives_a_clear_error()
    {
        await using RedisServer redis = await servers.OpenAsync();
        ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.DieAsync());
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        await worker.DisposeAsync();
        using HttpResponseMessage response = await gateway.PostAsync(Whole);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("instance_failed", CodeOf(await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Frames_that_came_before_are_dropped()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await call.SendAsync(FrameFlags.None, 0, [1, 2], "data: 12\n\n");
            await call.SendAsync(FrameFlags.None, 0, [1], "data: 1\n\n");
            await call.SendAsync(FrameFlags.None, 1, [2], "data: 2\n\n");
            await call.SendAsync(FrameFlags.ChoiceFinished, 2, [3], "data: 3\n\n");
            await call.SendAsync(FrameFlags.Last, 3, [], "data: [DONE]\n\n");
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(Streamed);
        Assert.Equal("data: 12\n\ndata: 3\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_workers_refusal_is_the_answer(int status)
    {
        const string Json = """{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}""";
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.RefuseAsync(status, Json));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(Streamed);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(Json, await response.Content.ReadAsStringAsync());
        Assert.Equal(status == 503, response.Headers.Contains("Retry-After"));
        Assert.True(response.Headers.Contains("x-request-id"));
        Assert.Single(worker.Calls);
    }

    [Fact]
    public async Task A_full_instance_is_left_for_another()
    {
        const string Json = """{"error":{"message":"full","type":"server_error","param":null,"code":"server_is_overloaded"}}""";
        int refused = 0;
        Task Script(WorkerCall call) =>
            Interlocked.Exchange(ref refused, 1) == 0 ? call.RefuseAsync(503, Json) : call.AnswerAsync("data: 1\n\n");

        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker one = await ScriptedWorker.StartAsync(redis, "w1", "tiny", Script);
        await using ScriptedWorker two = await ScriptedWorker.StartAsync(redis, "w2", "tiny", Script);
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(Streamed);
        Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(FrameFlags.Error, false, HttpStatusCode.InternalServerError)]
    [InlineData(FrameFlags.Error, true, HttpStatusCode.OK)]
    [InlineData(FrameFlags.Error | FrameFlags.ClientError, false, HttpStatusCode.BadRequest)]
    public async Task An_error_frame_is_passed_on(FrameFlags flags, bool afterTheFirstEvent, HttpStatusCode status)
    {
        const string Json = """{"error":{"message":"engine","type":"server_error","param":null,"code":"internal_error"}}""";
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await call.SendAsync(FrameFlags.None, 0, [1], afterTheFirstEvent ? "data: 1\n\n" : "");
            await call.SendAsync(flags, 0, [], Json);
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(Streamed);
        (string text, bool wasReset) = await ReadAsync(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(afterTheFirstEvent ? $"data: 1\n\ndata: {Json}\n\n" : Json, text);
        Assert.Equal(afterTheFirstEvent, wasReset);
    }

    [Fact]
    public async Task A_frozen_instance_is_given_up_when_it_was_silent_too_long()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(
            redis, "w1", "tiny", call => Task.Delay(Timeout.InfiniteTimeSpan, call.Cancelled).ContinueWith(_ => { }, TaskScheduler.Default));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Gateway:Forwarding:IdleTimeoutMs", "200"));
        using HttpResponseMessage response = await gateway.PostAsync(Whole);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task A_frozen_instance_is_given_up_when_the_registry_has_dropped_it()
    {
        await using RedisServer redis = await servers.OpenAsync();
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancelled).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Gateway:Forwarding:LostAfterMs", "100"));
        Task<HttpResponseMessage> asking = gateway.PostAsync(Whole);
        await arrived.Task.WaitAsync(Waiting.Deadline);

        // Its next life has begun elsewhere, as a supervisor would have it.
        await redis.BeatAsync(
            TestInstances.Registration("w1"), TestInstances.Status(TestInstances.Registration("w1")));
        using HttpResponseMessage response = await asking.WaitAsync(Waiting.Deadline);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    private static string? CodeOf(string json) =>
        JsonDocument.Parse(json).RootElement.GetProperty("error").GetProperty("code").GetString();

    private static async Task<(string Text, bool WasReset)> ReadAsync(HttpResponseMessage response)
    {
        using MemoryStream text = new();
        Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and int read)
            {
                text.Write(buffer, 0, read);
            }

            return (Encoding.UTF8.GetString(text.ToArray()), false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (Encoding.UTF8.GetString(text.ToArray()), true);
        }
    }
}
