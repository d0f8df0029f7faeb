using System.Net;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Contracts.Redis;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Testing;
using StackExchange.Redis;

namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>What workers, and people, are told of requests on their way.</summary>
[Collection(RedisCollection.Name)]
public sealed class HolderTests(RedisServers servers)
{
    [Fact]
    public async Task A_worker_that_neither_speaks_nor_answers_acknowledgements_is_given_up()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, worker, call) =>
            {
                if (call.Epoch == 1)
                {
                    cluster[worker].AnswersAcks = false;
                    await cluster.PlayAsync(call, 3);
                    await call.FreezeAsync();
                }
                else
                {
                    await cluster.PlayAsync(call);
                }
            },
            times: OwnerTimes.Default with { Silence = TimeSpan.FromMilliseconds(800) });
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
    }

    [Fact]
    public async Task A_worker_that_does_not_know_the_request_any_more_is_replaced()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, worker, call) =>
            {
                if (call.Epoch == 1)
                {
                    await cluster.PlayAsync(call, 3);
                    cluster[worker].Unknown = [call.Request];
                    await call.FreezeAsync();
                }
                else
                {
                    await cluster.PlayAsync(call);
                }
            },
            times: OwnerTimes.Default with { Silence = Waiting.Deadline });
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
    }

    [Fact]
    public async Task Acknowledgements_tell_every_holder_what_has_come_and_end_with_the_request()
    {
        TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 2, 10, isStream: true),
            async (cluster, worker, call) =>
            {
                if (call.Epoch == 1)
                {
                    int[] next = await cluster.PlayAsync(call, 6);
                    await cluster[worker].UntilAsync(source => source.Acks.Count(acks => acks.Acks.Single().Next.SequenceEqual(next)) >= 3);
                    await call.OfferAsync(cluster[1 - worker].Peer, 2, next);
                }
                else
                {
                    await call.AcceptAsync();
                    await finish.Task.WaitAsync(Waiting.Deadline);
                    await cluster.PlayAsync(call);
                }
            },
            times: OwnerTimes.Default with { FirstFrame = Waiting.Deadline });
        Task<(string Text, string[] Comments)> asking = cluster.AnswerAsync();
        foreach (int worker in (int[])[0, 1])
        {
            await cluster[worker].UntilAsync(_ => cluster.Calls.Length == 2);
            int epoch = cluster[worker].Calls.Single().Epoch;
            RequestAck expected = new(cluster.Calls[0].Request, epoch, [3, 3]);
            int seen = cluster[worker].Acks.Count;
            await cluster[worker].UntilAsync(w => w.Acks.Count >= seen + 2);
            Assert.All(
                cluster[worker].Acks.Skip(seen + 1).Select(acks => Assert.Single(acks.Acks)),
                ack => Assert.Equal((expected.Request, expected.Epoch, "3,3"), (ack.Request, ack.Epoch, string.Join(',', ack.Next))));
        }

        finish.SetResult();
        Assert.Equal(cluster.Answer.Expected, (await asking).Text);
        await cluster[0].UntilAsync(_ => cluster.Gateway.Owned == 0);
    }

    [Fact]
    public async Task What_generates_nothing_is_not_acknowledged()
    {
        TaskCompletionSource acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            1,
            new PlannedAnswer(1, 1, 5, isStream: true),
            async (cluster, worker, call) =>
            {
                await call.AcceptAsync();
                if (call.Path == "/v1/embeddings")
                {
                    await acknowledged.Task.WaitAsync(Waiting.Deadline);
                    await call.SendAsync(FrameFlags.Last, 0, [], "{}");
                }
                else
                {
                    await cluster[worker].UntilAsync(w => w.Acks.Count(acks => acks.Acks.Any(ack => ack.Request == call.Request)) >= 3);
                    acknowledged.SetResult();
                    await cluster.PlayAsync(call);
                }
            });
        Task<HttpResponseMessage> embedding = cluster.Gateway.PostAsync("""{"model":"tiny","input":"a"}""", "/v1/embeddings");
        await cluster[0].UntilAsync(worker => worker.Calls.Count == 1);
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        using HttpResponseMessage response = await embedding;
        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        string request = cluster.CallsInOrder.Single(call => call.Path == "/v1/embeddings").Request;
        Assert.DoesNotContain(cluster[0].Acks.SelectMany(acks => acks.Acks), ack => ack.Request == request);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_request_where_it_runs()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            1,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                await cluster.PlayAsync(call, 3);
                await call.FreezeAsync();
            });
        using (HttpResponseMessage response = await cluster.AskAsync())
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await cluster[0].UntilAsync(worker => worker.Orders.Contains(new WorkerOrder(InternalPaths.Cancel, cluster.Calls[0].Request, 1)));
        await cluster[0].UntilAsync(_ => cluster.Gateway.Owned == 0);
    }

    [Fact]
    public async Task Where_a_request_is_can_be_read_from_its_start_on()
    {
        TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            1,
            new PlannedAnswer(1, 1, 5, isStream: true),
            async (cluster, _, call) =>
            {
                await read.Task.WaitAsync(Waiting.Deadline);
                await cluster.PlayAsync(call);
            });
        Task<HttpResponseMessage> asking = cluster.AskAsync(id: "mine-8");
        RequestTrail trail = await TrailAsync(cluster, "mine-8", _ => true);
        Assert.Equal(("w0", 1), (trail.Instance, trail.Epoch));
        Assert.Empty(trail.Moves);
        Assert.Empty(trail.Recoveries);
        read.SetResult();
        using HttpResponseMessage response = await asking;
        Assert.Equal(cluster.Answer.Expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Where_a_request_was_can_be_read_afterwards()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            3,
            new PlannedAnswer(1, 1, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                switch (call.Epoch)
                {
                    case 1:
                        await cluster.MoveAsync(call, 4, (worker + 1) % 3);
                        break;
                    case 2:
                        await cluster.PlayAsync(call, 3);
                        await cluster[(worker + 2) % 3].UntilAsync(source => !source.Orders.IsEmpty);
                        await call.DieAsync();
                        break;
                    default:
                        await cluster.PlayAsync(call);
                        break;
                }
            },
            times: OwnerTimes.Default with { Headers = Waiting.Deadline, FirstFrame = Waiting.Deadline });
        using HttpResponseMessage response = await cluster.AskAsync(id: "mine-7");
        Assert.Equal(cluster.Answer.Expected, PlayedCluster.Split(await response.Content.ReadAsStringAsync()).Text);
        string[] workers =
            [.. cluster.Calls.Select(call => $"w{Enumerable.Range(0, 3).Single(worker => cluster[worker].Calls.Contains(call))}")];

        RequestTrail trail = await TrailAsync(cluster, "mine-7", trail => trail.Epoch == 3);
        Assert.Equal(
            (cluster.Calls[0].Request, workers[2], "power-of-two", "tiny"), (trail.Request, trail.Instance, trail.Dispatch, trail.Model));
        RequestMove move = Assert.Single(trail.Moves);
        Assert.Equal((workers[0], workers[1], "balance", 2, 4096L), (move.From, move.To, move.Reason, move.Epoch, move.Bytes));
        RequestRecovery recovery = Assert.Single(trail.Recoveries);
        Assert.Equal((workers[1], workers[2], 3), (recovery.From, recovery.To, recovery.Epoch));
        Assert.True(move.DowntimeMs > 0 && recovery.StallMs > 0 && recovery.ReplayedTokens > 3);
        Assert.InRange((await cluster.Redis.Database.KeyTimeToLiveAsync(RedisKeys.Trail("mine-7")))!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
    }

    private static async Task<RequestTrail> TrailAsync(PlayedCluster cluster, string id, Func<RequestTrail, bool> condition)
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (true)
        {
            RedisValue value = await cluster.Redis.Database.StringGetAsync(RedisKeys.Trail(id));
            if (!value.IsNull && JsonSerializer.Deserialize((string)value!, ContractsJson.Default.RequestTrail) is { } trail && condition(trail))
            {
                return trail;
            }

            await Task.Delay(5, deadline.Token);
        }
    }
}
