using System.Net;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>What the Gateway does of DESIGN §5.4 while requests are moved; workers are scripted peers over real connections.</summary>
[Collection(RedisCollection.Name)]
public sealed class MoveTests(RedisServers servers)
{
    private static readonly OwnerTimes Patient = OwnerTimes.Default with { Headers = Waiting.Deadline, FirstFrame = Waiting.Deadline };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_moved_request_goes_on_at_its_destination_and_the_source_is_released(bool isStream)
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 2, 9, isStream),
            (cluster, worker, call) => call.Epoch == 1 ? cluster.MoveAsync(call, 7, 1 - worker) : cluster.PlayAsync(call),
            times: Patient);
        using HttpResponseMessage response = await cluster.AskAsync();
        (string text, string[] comments) = PlayedCluster.Split(await response.Content.ReadAsStringAsync());
        Assert.Equal(cluster.Answer.Expected, text);

        WorkerCall[] calls = cluster.Calls;
        (int source, int destination) = cluster[0].Calls.Contains(calls[0]) ? (0, 1) : (1, 0);
        Assert.Equal(isStream ? [$": godwit instance=w{destination}"] : [], comments);
        Assert.Equal(isStream ? $"w{source}" : $"w{destination}", response.Headers.GetValues("x-godwit-instance").Single());
        Assert.False(response.Headers.Contains("x-godwit-exact"));
        Assert.Equal(["/v1/completions", InternalPaths.Resume], calls.Select(call => call.Path));
        Assert.Equal((calls[0].Ticket.Request, 2), (calls[1].Resume!.Request, calls[1].Resume!.Epoch));
        Assert.Equal(InternalHeaders.FramesMediaType, calls[1].Headers["Accept"]);
        Assert.Equal(isStream ? [4, 3] : [6, 5], calls[1].Resume!.From);
        await cluster[source].UntilAsync(worker => worker.Orders.Contains(new WorkerOrder(InternalPaths.Release, calls[0].Request, 1)));
        Assert.Empty(cluster[destination].Orders);
        Assert.Contains(
            "godwit_gateway_moves_total{outcome=\"moved\"} 1", await cluster.Gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_may_move_there_and_back_again_and_even_before_it_has_said_a_word()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(2, 2, 12, isStream: true),
            (cluster, worker, call) => call.Epoch < 6 ? cluster.MoveAsync(call, call.Epoch == 3 ? 0 : 8, 1 - worker) : cluster.PlayAsync(call),
            times: Patient);
        (string text, string[] comments) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Equal([1, 2, 3, 4, 5, 6], cluster.Calls.Select(call => call.Epoch));

        // The third had nothing to say, so the client hears of four changes.
        Assert.Equal(3, comments.Length);
        string request = cluster.Calls[0].Request;
        int first = cluster[0].Calls.Contains(cluster.Calls[0]) ? 0 : 1;
        await cluster[first].UntilAsync(worker => worker.Orders.Count == 3);
        await cluster[1 - first].UntilAsync(worker => worker.Orders.Count == 2);
        Assert.Equal([1, 3, 5], cluster[first].Orders.Where(order => order.Path == InternalPaths.Release && order.Request == request).Select(order => order.Epoch));
        Assert.Equal([2, 4], cluster[1 - first].Orders.Select(order => order.Epoch));
    }

    [Fact]
    public async Task A_destination_says_again_what_the_gateway_lacks_and_what_it_has_is_dropped()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                if (call.Epoch == 1)
                {
                    // The source is further than what came through: frames were in its log only.
                    await cluster.PlayAsync(call, 4);
                    await call.OfferAsync(cluster[1 - worker].Peer, 2, [9]);
                }
                else
                {
                    await call.AcceptAsync();
                    foreach (Frame frame in cluster.Answer.Frames(_ => 0))
                    {
                        await call.SendAsync(frame);
                    }
                }
            },
            times: Patient);
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
    }

    [Theory]
    [InlineData("no headers")]
    [InlineData("no frame")]
    [InlineData("conflict")]
    [InlineData("full")]
    [InlineData("death")]
    [InlineData("error frame")]
    [InlineData("absent")]
    public async Task A_destination_that_fails_before_its_first_frame_gives_the_request_back_to_its_source(string how)
    {
        TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 2, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                switch (call.Epoch)
                {
                    case 1 when how == "absent":
                        await call.OfferAsync(new MigrationPeer("w7", new string('7', 32), "http://127.0.0.1:9"), 2, await cluster.PlayAsync(call, 6));
                        break;
                    case 1:
                        await cluster.MoveAsync(call, 6, 1 - worker);
                        break;
                    case 2:
                        await FailAsync(call, how, late);
                        break;
                    default:
                        late.TrySetResult();
                        await cluster.PlayAsync(call);
                        break;
                }
            },
            times: how == "no headers" ? Patient with { Headers = TimeSpan.FromMilliseconds(300) }
                : how == "no frame" ? Patient with { FirstFrame = TimeSpan.FromMilliseconds(300) }
                : Patient);
        (string text, string[] comments) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Empty(comments);
        WorkerCall source = cluster.Calls[0];
        WorkerCall keep = cluster.Calls[^1];
        Assert.Equal((InternalPaths.Keep, 3), (keep.Path, keep.Epoch));
        Assert.Equal([3, 3], keep.Resume!.From);
        int home = cluster[0].Calls.Contains(source) ? 0 : 1;
        Assert.Contains(keep, cluster[home].Calls);

        // Whatever the destination holds, it is told to forget it; the source was not given up for a moment.
        if (how != "absent")
        {
            await cluster[1 - home].UntilAsync(worker => worker.Orders.Contains(new WorkerOrder(InternalPaths.Release, source.Request, 2)));
        }

        Assert.DoesNotContain(cluster[home].Orders, order => order.Epoch == 1);
        Assert.Contains(
            "godwit_gateway_moves_total{outcome=\"kept\"} 1", await cluster.Gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_source_fails_too_the_request_is_replayed_elsewhere()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            3,
            new PlannedAnswer(1, 1, 12, isStream: true),
            (cluster, worker, call) => call.Epoch switch
            {
                1 => cluster.MoveAsync(call, 6, (worker + 1) % 3),
                2 => call.DieAsync(),
                3 => call.RefuseAsync(404, """{"error":{"message":"no","type":"t","param":null,"code":"request_not_found"}}"""),
                _ => cluster.PlayAsync(call),
            },
            times: Patient);
        (string text, string[] comments) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Single(comments);
        Assert.Equal(
            ["/v1/completions", InternalPaths.Resume, InternalPaths.Keep, InternalPaths.Replay], cluster.Calls.Select(call => call.Path));
        Assert.Equal([1, 2, 3, 4], cluster.Calls.Select(call => call.Epoch));
        Assert.All(Enumerable.Range(0, 3), worker => Assert.InRange(cluster[worker].Calls.Count, 1, 2));
    }

    [Fact]
    public async Task A_destination_that_fails_after_its_first_frame_is_recovered_from()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            3,
            new PlannedAnswer(1, 2, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                switch (call.Epoch)
                {
                    case 1:
                        await cluster.MoveAsync(call, 6, (worker + 1) % 3);
                        break;
                    case 2:
                        // A reset may overtake what was sent before: the release says that a frame has come.
                        await cluster.PlayAsync(call, 3);
                        await cluster[(worker + 2) % 3].UntilAsync(source => !source.Orders.IsEmpty);
                        await call.DieAsync();
                        break;
                    default:
                        await cluster.PlayAsync(call);
                        break;
                }
            },
            times: Patient);
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Equal([InternalPaths.Resume, InternalPaths.Replay], cluster.Calls[1..].Select(call => call.Path));
        Assert.Equal(3, cluster.Calls[2].Ticket.Epoch);
    }

    [Theory]
    [InlineData(3, 8, null)]
    [InlineData(2, 1, null)]
    [InlineData(2, 8, "nonsense")]
    public async Task An_offer_that_cannot_be_is_a_broken_stream(int epoch, int next, string? address)
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                if (call.Epoch == 1)
                {
                    await cluster.PlayAsync(call, 6);
                    MigrationPeer peer = cluster[1 - worker].Peer;
                    await call.OfferAsync(peer with { Address = address ?? peer.Address }, epoch, [next]);
                }
                else
                {
                    await cluster.PlayAsync(call);
                }
            },
            times: Patient);
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Equal(InternalPaths.Replay, cluster.Calls[1].Path);
    }

    [Fact]
    public async Task What_a_former_owner_says_late_reaches_nobody()
    {
        TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                switch (call.Epoch)
                {
                    case 1:
                        await cluster.MoveAsync(call, 6, 1 - worker);
                        await call.SendAsync(FrameFlags.None, 4, [666], "data: no\n\n");
                        break;
                    case 2:
                        await late.Task.WaitAsync(Waiting.Deadline);
                        await SayAsync(call);
                        said.SetResult();
                        break;
                    default:
                        await cluster.PlayAsync(call, 2);
                        late.SetResult();
                        await said.Task.WaitAsync(Waiting.Deadline);
                        foreach (Frame frame in cluster.Answer.Frames(call.From).Skip(2))
                        {
                            await call.SendAsync(frame);
                        }

                        break;
                }
            },
            times: Patient with { Headers = TimeSpan.FromMilliseconds(200) });
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);

        static async Task SayAsync(WorkerCall call)
        {
            try
            {
                await call.SendAsync(FrameFlags.None, 4, [666], "data: no\n\n");
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // Its connection is closed, which is as well.
            }
        }
    }

    [Fact]
    public async Task A_client_that_leaves_during_a_move_is_cancelled_at_both_ends()
    {
        TaskCompletionSource resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 12, isStream: true),
            async (cluster, worker, call) =>
            {
                if (call.Epoch == 1)
                {
                    await cluster.MoveAsync(call, 6, 1 - worker);
                }
                else
                {
                    resumed.SetResult();
                    await call.FreezeAsync();
                }
            },
            times: Patient);
        using (HttpResponseMessage response = await cluster.AskAsync())
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await resumed.Task.WaitAsync(Waiting.Deadline);
        }

        WorkerOrder cancel = new(InternalPaths.Cancel, cluster.Calls[0].Request, 2);
        await cluster[0].UntilAsync(worker => worker.Orders.Contains(cancel));
        await cluster[1].UntilAsync(worker => worker.Orders.Contains(cancel));
        await cluster[0].UntilAsync(_ => cluster.Gateway.Owned == 0);
        Assert.All(cluster[0].Orders.Concat(cluster[1].Orders), order => Assert.Equal(cancel, order));
    }

    [Fact]
    public async Task A_release_is_repeated_until_it_is_heard()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 6, isStream: true),
            (cluster, worker, call) => call.Epoch == 1 ? cluster.MoveAsync(call, 3, 1 - worker) : cluster.PlayAsync(call),
            times: Patient);
        cluster[0].OrderStatus = cluster[1].OrderStatus = 500;
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        ScriptedWorker source = cluster[0].Calls.Contains(cluster.Calls[0]) ? cluster[0] : cluster[1];
        await source.UntilAsync(worker => worker.Orders.Count >= 2);
        source.OrderStatus = 200;
        int tries = source.Orders.Count;
        await source.UntilAsync(worker => worker.Orders.Count > tries);
        Assert.Single(source.Orders.Distinct());
    }

    private static async Task FailAsync(WorkerCall call, string how, TaskCompletionSource late)
    {
        switch (how)
        {
            case "no frame":
                await call.AcceptAsync();
                await late.Task.WaitAsync(Waiting.Deadline);
                break;
            case "no headers":
                await late.Task.WaitAsync(Waiting.Deadline);
                break;
            case "conflict":
                await call.RefuseAsync(409, """{"error":{"message":"no","type":"t","param":null,"code":"stale_epoch"}}""");
                break;
            case "full":
                await call.RefuseAsync(503, """{"error":{"message":"no","type":"t","param":null,"code":"server_is_overloaded"}}""");
                break;
            case "error frame":
                await call.SendAsync(FrameFlags.Error, 0, [], """{"error":{"message":"no","type":"t","param":null,"code":"instance_failed"}}""");
                break;
            default:
                await call.DieAsync();
                break;
        }
    }
}
