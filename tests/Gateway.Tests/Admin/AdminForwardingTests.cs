using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Redis;
using Godwit.Contracts.Scheduling;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Tests.Admin;

[Collection(RedisCollection.Name)]
public sealed class AdminForwardingTests(RedisServers servers)
{
    private const string Secret = "0123456789abcdef";

    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Operators_calls_go_to_the_leader_whoever_it_is(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        ConcurrentQueue<string> first = new(), second = new();
        await using WebApplication one = await StartAsync(first), two = await StartAsync(second);
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            redis, ("Godwit:Cluster:Secret", Secret), ("Gateway:Dispatch:Scheduler", one.AddressesOf()[0].ToString()));
        using HttpRequestMessage request = new(HttpMethod.Post, "/requests/r1/migrate?x=1")
        {
            Content = new StringContent("""{"destination":"w2"}""", Encoding.UTF8, "application/json"),
            Headers = { { "Authorization", "Bearer mine" }, { "x-godwit-cluster-secret", "forged" } },
        };
        using HttpResponseMessage response = await gateway.Admin.SendAsync(request);
        Assert.Equal((HttpStatusCode)202, response.StatusCode);
        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        Assert.Equal([$"POST /requests/r1/migrate?x=1 {Secret}  {{\"destination\":\"w2\"}}"], first);

        await LeadAsync(redis, two);
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (second.IsEmpty)
        {
            using HttpResponseMessage again = await gateway.Admin.GetAsync("/policy", deadline.Token);
            Assert.Equal((HttpStatusCode)202, again.StatusCode);
        }

        Assert.StartsWith("GET /policy", second.First(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Requests_are_placed_by_the_leader_also_when_no_Scheduler_is_configured(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: 1\n\n"));
        ConcurrentQueue<string> calls = new();
        await using WebApplication leader = await StartAsync(calls);
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            redis, ("Gateway:Dispatch:DeadlineMs", "20000"), ("Gateway:Dispatch:CallTimeoutMs", "20000"));
        await LeadAsync(redis, leader);
        while (!calls.Any(call => call.StartsWith("POST /dispatch", StringComparison.Ordinal)))
        {
            using HttpResponseMessage response = await gateway.PostAsync("""{"model":"tiny","messages":[{"role":"user","content":"x"}],"stream":true}""");
            Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("POST", null, null, null, 403)]
    [InlineData("POST", "1", null, null, 202)]
    [InlineData("POST", "1", "rebound.example", null, 403)]
    [InlineData("POST", "1", null, "http://evil.example", 403)]
    [InlineData("DELETE", null, null, null, 403)]
    [InlineData("PUT", "1", "localhost", null, 202)]
    [InlineData("GET", null, "rebound.example", null, 202)]
    public async Task On_the_main_port_a_change_needs_a_loopback_host_and_the_header(
        string method, string? header, string? host, string? origin, int expected)
    {
        ConcurrentQueue<string> calls = new();
        await using WebApplication scheduler = await StartAsync(calls);
        await using RunningGateway gateway =
            await RunningGateway.StartAsync(redis: null, ("Gateway:Dispatch:Scheduler", scheduler.AddressesOf()[0].ToString()));
        Assert.Equal(expected, await SendAsync(gateway.Client));
        Assert.Equal(expected == 202 ? 1 : 0, calls.Count);

        // The admin listener asks for neither, but knows pages when it sees them.
        Assert.Equal(origin is null ? 202 : 403, await SendAsync(gateway.Admin));

        async Task<int> SendAsync(HttpClient client)
        {
            using HttpRequestMessage request = new(new HttpMethod(method), "/instances/a/drain");
            request.Headers.Host = host;
            if (header is not null)
            {
                request.Headers.Add("x-godwit-admin", header);
            }

            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using HttpResponseMessage response = await client.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Without_a_Scheduler_the_answer_says_so()
    {
        await using RunningGateway alone = await RunningGateway.StartAsync(redis: null);
        using HttpResponseMessage none = await alone.Admin.GetAsync("/instances");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, none.StatusCode);
        await using RunningGateway cut =
            await RunningGateway.StartAsync(redis: null, ("Gateway:Dispatch:Scheduler", "http://127.0.0.1:9"));
        using HttpResponseMessage away = await cut.Admin.GetAsync("/instances");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.Contains("server_is_overloaded", await away.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task LeadAsync(RedisServer redis, WebApplication scheduler) => redis.Database.StringSetAsync(
        RedisKeys.SchedulerLease,
        JsonSerializer.Serialize(new SchedulerLease("h", 2, scheduler.AddressesOf()[0].ToString()), ContractsJson.Default.SchedulerLease));

    private static Task<WebApplication> StartAsync(ConcurrentQueue<string> calls) => TestHosts.StartPeerAsync(app =>
        app.Map("/{**path}", async context =>
        {
            using StreamReader body = new(context.Request.Body);
            HttpRequest request = context.Request;
            calls.Enqueue(
                $"{request.Method} {request.Path}{request.QueryString} {request.Headers["x-godwit-cluster-secret"]} "
                + $"{request.Headers.Authorization} {await body.ReadToEndAsync()}");
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync("{}");
        }));
}
