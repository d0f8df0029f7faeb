using System.Net;
using System.Text;
using Godwit.Contracts.Frames;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.Forwarding;

[Collection(RedisCollection.Name)]
public sealed class StreamingTests(RedisServers servers)
{
    private const string Body = """ {"model":"tiny", "stream":true, "seed":7, "priority":-3, "x":"ä€𝄞", "messages":[]} """;

    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_stream_comes_in_order_and_byte_for_byte(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: a\n\n", "data: ü\n\n"));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(Body, id: "mine-1");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("tiny", response.Headers.GetValues("x-godwit-model").Single());
        Assert.Equal("w1", response.Headers.GetValues("x-godwit-instance").Single());
        Assert.Equal("mine-1", response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("data: a\n\ndata: ü\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
        Assert.Contains(
            "godwit_gateway_requests_total{endpoint=\"chat_completions\",status=\"200\"} 1",
            await gateway.Admin.GetStringAsync("/metrics"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worker_gets_the_body_verbatim_a_ticket_and_none_of_the_clients_headers()
    {
        const string Secret = "0123456789abcdef";
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: a\n\n"));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Godwit:Cluster:Secret", Secret));
        gateway.Client.DefaultRequestHeaders.Add("Authorization", "Bearer key");
        gateway.Client.DefaultRequestHeaders.Add("Cookie", "a=b");
        gateway.Client.DefaultRequestHeaders.Add("x-other", "c");
        using HttpResponseMessage response = await gateway.PostAsync(Body, "/v1/completions", id: "mine-2");
        await response.Content.ReadAsStringAsync();

        WorkerCall call = Assert.Single(worker.Calls);
        Assert.Equal("/v1/completions", call.Path);
        Assert.Equal(Body, Encoding.UTF8.GetString(call.Body));
        Assert.StartsWith("mine-2-", call.Ticket.Request, StringComparison.Ordinal);
        Assert.Equal((1, 7L, "tiny", "", -3), (call.Ticket.Epoch, call.Ticket.Seed, call.Ticket.Model, call.Ticket.TenantSalt, call.Ticket.Priority));
        Assert.Equal(call.Ticket.Created, call.Ticket.RenderedAt / 1000);
        Assert.Equal(InternalHeaders.FramesMediaType, call.Headers["Accept"]);
        Assert.Equal(Secret, call.Headers[InternalHeaders.ClusterSecret]);
        Assert.Equal("application/json", call.Headers["Content-Type"]);
        Assert.DoesNotContain(call.Headers.Keys, name => name is "Authorization" or "Cookie" or "x-other");
    }

    [Fact]
    public async Task Without_a_seed_each_request_gets_one_of_its_own()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: a\n\n"));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny","stream":true}""");
            await response.Content.ReadAsStringAsync();
            Assert.StartsWith("req_", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        }

        Assert.Equal(2, worker.Calls.Select(call => call.Ticket.Seed).Distinct().Count());
        Assert.Equal(2, worker.Calls.Select(call => call.Ticket.Request).Distinct().Count());
    }

    [Fact]
    public async Task An_id_that_a_client_uses_twice_gives_two_requests_of_the_length_that_workers_take()
    {
        string id = new('a', 64);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: a\n\n"));
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny","stream":true}""", id: id);
            await response.Content.ReadAsStringAsync();
            Assert.Equal(id, response.Headers.GetValues("x-request-id").Single());
        }

        Assert.Equal(2, worker.Calls.Select(call => call.Ticket.Request).Distinct().Count());
        Assert.All(worker.Calls, call => Assert.Matches("^a{47}-[0-9a-f]{16}$", call.Ticket.Request));
    }

    [Fact]
    public async Task A_whole_answer_is_the_last_frames_payload()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await call.SendAsync(FrameFlags.Prompt, 0, [1]);
            await call.SendAsync(FrameFlags.ChoiceFinished, 0, [5, 6]);
            await call.SendAsync(FrameFlags.Last, 2, [], """{"id":"x"}""");
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny"}""");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(10, response.Content.Headers.ContentLength);
        Assert.Equal("w1", response.Headers.GetValues("x-godwit-instance").Single());
        Assert.Equal("""{"id":"x"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Each_event_arrives_before_the_next_is_made()
    {
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await call.SendAsync(FrameFlags.None, 0, [1], "data: 1\n\n");
            await first.Task.WaitAsync(Waiting.Deadline);
            await call.SendAsync(FrameFlags.ChoiceFinished, 1, []);
            await call.SendAsync(FrameFlags.Last, 1, [], "data: [DONE]\n\n");
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny","stream":true}""");
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        Assert.Equal("data: 1", await reader.ReadLineAsync());
        first.SetResult();
        Assert.Equal("\ndata: [DONE]\n\n", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_silent_accepted_stream_is_kept_alive_by_comments()
    {
        TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await call.AcceptAsync();
            await heard.Task.WaitAsync(Waiting.Deadline);
            await call.AnswerAsync("data: 1\n\n");
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Gateway:Forwarding:KeepAliveMs", "50"));
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny","stream":true}""");
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": keep-alive", await reader.ReadLineAsync());
        heard.SetResult();
        Assert.EndsWith("data: 1\n\ndata: [DONE]\n\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_worker()
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await using CancellationTokenRegistration registration = call.Cancelled.Register(cancelled.SetResult);
            await call.SendAsync(FrameFlags.None, 0, [1], "data: 1\n\n");
            await cancelled.Task.WaitAsync(Waiting.Deadline);
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using (HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny","stream":true}"""))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await cancelled.Task.WaitAsync(Waiting.Deadline);
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_first_byte_cancels_the_worker()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", async call =>
        {
            await using CancellationTokenRegistration registration = call.Cancelled.Register(cancelled.SetResult);
            arrived.SetResult();
            await cancelled.Task.WaitAsync(Waiting.Deadline);
        });
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> asking = gateway.PostAsync("""{"model":"tiny"}""", cancellation: leave.Token);
        await arrived.Task.WaitAsync(Waiting.Deadline);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await cancelled.Task.WaitAsync(Waiting.Deadline);
        Assert.Single(worker.Calls);
    }
}
