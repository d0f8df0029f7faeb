using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
using Godwit.Scheduler;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.Tests.Dispatch;

[Collection(RedisCollection.Name)]
public sealed class InstanceChooserTests(RedisServers servers)
{
    private const string Body = """{"model":"tiny","stream":true,"max_tokens":20}""";

    public static TheoryData<string> Servers => RedisServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_real_scheduler_decides_and_lists_its_instances(string server)
    {
        await using RedisServer redis = await servers.OpenAsync(server);
        await using ScriptedWorker one = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: 1\n\n"));
        await using ScriptedWorker two = await ScriptedWorker.StartAsync(redis, "w2", "tiny", call => call.AnswerAsync("data: 1\n\n"));
        const string Secret = "0123456789abcdef";
        await using WebApplication scheduler = SchedulerProgram.Build(TestHosts.Builder(
            ("Godwit:Cluster:Redis", redis.Address), ("Godwit:Cluster:Secret", Secret), ("Scheduler:Listener:Port", "0")));
        await scheduler.StartAsync();
        await scheduler.Services.GetRequiredService<InstanceRegistry>().UntilAsync(snapshot => snapshot.Instances.Count == 2);
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            redis,
            ("Godwit:Cluster:Secret", Secret),
            ("Gateway:Dispatch:Scheduler", scheduler.AddressesOf()[0].ToString()),
            ("Gateway:Dispatch:DeadlineMs", "20000"),
            ("Gateway:Dispatch:CallTimeoutMs", "20000"));

        for (int i = 0; i < 6; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync(Body);
            Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
        }

        // The ledger alternates; no heartbeat ever came.
        Assert.Equal((3, 3), (one.Calls.Count, two.Calls.Count));
        string metrics = await gateway.Admin.GetStringAsync("/metrics");
        Assert.Contains("godwit_dispatches_total{outcome=\"scheduler\"} 6", metrics, StringComparison.Ordinal);
        JsonElement listing = await gateway.Admin.GetFromJsonAsync<JsonElement>("/instances");
        Assert.Equal(2, listing.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Requests_that_come_together_share_a_call()
    {
        List<int> batches = [];
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: 1\n\n"));
        await using WebApplication scheduler = await TestHosts.StartPeerAsync(app => app.MapPost("/dispatch", async context =>
        {
            DispatchRequest request =
                (await context.Request.ReadFromJsonAsync(ContractsJson.Default.DispatchRequest))!;
            batches.Add(request.Requests.Count);
            arrived.TrySetResult();
            await release.Task.WaitAsync(Waiting.Deadline);
            DispatchDecision[] decisions = [.. request.Requests.Select(item => new DispatchDecision(
                item.Request, "w1", worker.Registration.BootId, worker.Registration.Address, Error: null))];
            await context.Response.WriteAsJsonAsync(new DispatchResponse(decisions), ContractsJson.Default.DispatchResponse);
        }));
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            redis,
            ("Gateway:Dispatch:Scheduler", scheduler.AddressesOf()[0].ToString()),
            ("Gateway:Dispatch:DeadlineMs", "20000"),
            ("Gateway:Dispatch:CallTimeoutMs", "20000"));

        Task<HttpStatusCode> first = AskAsync(gateway);
        await arrived.Task.WaitAsync(Waiting.Deadline);
        Task<HttpStatusCode>[] others = [.. Enumerable.Range(0, 8).Select(_ => AskAsync(gateway))];
        await gateway.QueuedAsync(8);
        release.SetResult();
        Assert.All(await Task.WhenAll([first, .. others]), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal([1, 8], batches);
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("broken")]
    [InlineData("ignorant")]
    [InlineData("absent")]
    public async Task Without_an_answer_in_time_the_gateway_chooses_itself(string how)
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await ScriptedWorker.StartAsync(redis, "w1", "tiny", call => call.AnswerAsync("data: 1\n\n"));
        await using WebApplication scheduler = await TestHosts.StartPeerAsync(app => app.MapPost("/dispatch", async context =>
        {
            if (how == "slow")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            else if (how == "broken")
            {
                await context.Response.WriteAsync("""{"decisions":[]}""");
            }
            else
            {
                DispatchRequest request = (await context.Request.ReadFromJsonAsync(ContractsJson.Default.DispatchRequest))!;
                DispatchDecision[] nowhere = [.. request.Requests.Select(item => new DispatchDecision(
                    item.Request, Instance: null, BootId: null, Address: null, DispatchError.UnknownModel))];
                await context.Response.WriteAsJsonAsync(new DispatchResponse(nowhere), ContractsJson.Default.DispatchResponse);
            }
        }));
        string address = scheduler.AddressesOf()[0].ToString();
        if (how == "absent")
        {
            await scheduler.StopAsync();
        }

        await using RunningGateway gateway = await RunningGateway.StartAsync(
            redis, ("Gateway:Dispatch:Scheduler", address), ("Gateway:Dispatch:DeadlineMs", how == "slow" ? "5" : "20000"));
        using HttpResponseMessage response = await gateway.PostAsync(Body);
        Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
        Assert.Contains(
            "godwit_dispatches_total{outcome=\"fallback\"} 1", await gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AskAsync(RunningGateway gateway)
    {
        using HttpResponseMessage response = await gateway.PostAsync(Body);
        await response.Content.ReadAsStringAsync();
        return response.StatusCode;
    }
}
