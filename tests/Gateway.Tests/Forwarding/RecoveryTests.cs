using System.Net;
using System.Text;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>Requests that outlive their workers.</summary>
[Collection(RedisCollection.Name)]
public sealed class RecoveryTests(RedisServers servers)
{
    private const string Full = """{"error":{"message":"full","type":"server_error","param":null,"code":"server_is_overloaded"}}""";
    private const string Failed = """{"error":{"message":"failed","type":"server_error","param":null,"code":"instance_failed"}}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replay_brings_prompts_and_tokens_and_the_client_sees_nothing_of_it(bool isStream)
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(2, 2, 10, isStream),
            (cluster, _, call) => call.Epoch == 1 ? BreakAsync(cluster, call, 11) : cluster.PlayAsync(call));
        using HttpResponseMessage response = await cluster.AskAsync();
        (string text, string[] comments) = PlayedCluster.Split(await response.Content.ReadAsStringAsync());
        Assert.Equal(cluster.Answer.Expected, text);

        WorkerCall[] calls = cluster.Calls;
        Assert.Equal(2, calls.Length);
        WorkerCall replay = calls[1];
        string second = cluster[0].Calls.Contains(replay) ? "w0" : "w1";
        Assert.Equal(isStream ? [$": godwit instance={second}"] : [], comments);
        Assert.Equal(!isStream, response.Headers.GetValues("x-godwit-instance").Single() == second);
        Assert.False(response.Headers.Contains("x-godwit-exact"));

        Assert.Equal(calls[0].Ticket with { Epoch = 2, WeightsDigest = new string('a', 64) }, replay.Ticket);
        (CallHead head, ReadOnlyMemory<byte> body) = CallEnvelope.Read(replay.Body);
        Assert.Equal("/v1/completions", head.Path);
        Assert.False(head.Alone);
        Assert.Equal(cluster.Answer.Body, Encoding.UTF8.GetString(body.Span));
        Assert.Equal([cluster.Answer.Prompt(0), cluster.Answer.Prompt(1)], head.Prompts);
        Assert.Equal(head.Outputs.Select(output => output.Count), head.From);
        Assert.All(head.Outputs.Index(), output => Assert.Equal(
            Enumerable.Range(0, output.Item.Count).Select(position => PlannedAnswer.Token(output.Index, position)), output.Item));
        Assert.True(head.From.Sum() > 0);
        await cluster[0].UntilAsync(_ => cluster[0].Orders.Concat(cluster[1].Orders).Any());
        Assert.Contains(
            "godwit_gateway_recoveries_total 1", await cluster.Gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gap")]
    [InlineData("overlap")]
    [InlineData("no frame")]
    [InlineData("end")]
    [InlineData("error frame")]
    public async Task A_stream_that_breaks_in_any_way_is_recovered_from(string how)
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                if (call.Epoch == 2)
                {
                    await cluster.PlayAsync(call);
                    return;
                }

                int next = (await cluster.PlayAsync(call, 4))[0];
                await (how switch
                {
                    "gap" => call.SendAsync(FrameFlags.None, next + 1, [9], "data: no\n\n"),
                    "overlap" => call.SendAsync(FrameFlags.None, next - 1, [9, 9], "data: no\n\n"),
                    "no frame" => call.SendRawAsync([255, 255, 255, 255, 0, 0, 0, 0]),
                    "error frame" => call.SendAsync(FrameFlags.Error, 0, [], Failed),
                    _ => Task.CompletedTask,
                });
            });
        (string text, string[] comments) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Single(comments);
    }

    [Fact]
    public async Task A_third_crash_convicts_the_request_which_ran_alone_and_keeps_it_from_other_workers()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers, 4, new PlannedAnswer(1, 1, 40, isStream: true), (cluster, _, call) => BreakAsync(cluster, call, 3));
        using (HttpResponseMessage response = await cluster.AskAsync())
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            string text = await ReadToTheEndAsync(response);
            Assert.Contains("\"request_poisoned\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        }

        Assert.Equal([false, false, true], cluster.Calls.Select(call => call.Head?.Alone ?? false));
        Assert.Equal(3, cluster.Calls.SelectMany(call => Enumerable.Range(0, 4).Where(w => cluster[w].Calls.Contains(call))).Distinct().Count());

        // The same again, but not another.
        using HttpResponseMessage again = await cluster.AskAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, again.StatusCode);
        Assert.Contains("request_poisoned", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(3, cluster.Calls.Length);
        using HttpResponseMessage other = await cluster.Gateway.PostAsync(cluster.Answer.Body, "/v1/chat/completions");
        await ReadToTheEndAsync(other);
        Assert.True(cluster.Calls.Length > 3);
        Assert.Contains(
            "godwit_gateway_poisoned_requests_total", await cluster.Gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_kills_workers_before_its_first_token_runs_alone_too()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers, 3, new PlannedAnswer(1, 1, 10, isStream: false), (cluster, _, call) => cluster.DieAsync(call, frames: 0));
        using HttpResponseMessage response = await cluster.AskAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["/v1/completions", "/v1/completions", InternalPaths.Replay], cluster.Calls.Select(call => call.Path));
        CallHead head = cluster.Calls[2].Head!;
        Assert.True(head.Alone);
        Assert.Empty(head.Prompts);
        Assert.Empty(head.Outputs);
    }

    [Fact]
    public async Task Full_instances_are_no_crashes_and_are_asked_again_until_one_has_room()
    {
        int refusals = 0;
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            3,
            new PlannedAnswer(1, 1, 10, isStream: true),
            (cluster, _, call) => call.Epoch == 1 ? BreakAsync(cluster, call, 3)
                : Interlocked.Increment(ref refusals) <= 5 ? call.RefuseAsync(503, Full)
                : cluster.PlayAsync(call));
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Equal(7, cluster.Calls.Length);
        Assert.All(cluster.Calls[1..], call => Assert.False(call.Head!.Alone));
        int first = Enumerable.Range(0, 3).Single(worker => cluster[worker].Calls.Contains(cluster.Calls[0]));
        Assert.Single(cluster[first].Calls);
    }

    [Fact]
    public async Task A_request_that_is_given_back_goes_on_elsewhere_and_nobody_is_suspected()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            5,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                if (call.Epoch == 5)
                {
                    await cluster.PlayAsync(call);
                    return;
                }

                await cluster.PlayAsync(call, 2);
                await call.SendAsync(FrameFlags.Error, 0, [], Full);
            });
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.All(cluster.Calls[1..], call => Assert.False(call.Head!.Alone));
    }

    [Fact]
    public async Task The_next_life_of_the_only_worker_goes_on_with_what_the_last_one_began()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            1,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                if (call.Epoch > 1)
                {
                    await cluster.PlayAsync(call);
                    return;
                }

                await BreakAsync(cluster, call, 3);
                InstanceRegistration next = cluster[0].Registration with { BootId = new string('b', 32) };
                await cluster.Redis.BeatAsync(next, TestInstances.Status(next));
            },
            settings: ("Gateway:Forwarding:TakeOverWaitMs", "60000"));
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Equal(InternalPaths.Replay, cluster.Calls[1].Path);
    }

    [Fact]
    public async Task The_only_worker_goes_on_itself_when_it_lost_the_thread_and_lives()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            1,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                if (call.Epoch > 1)
                {
                    await cluster.PlayAsync(call);
                    return;
                }

                int next = (await cluster.PlayAsync(call, 3))[0];
                await call.SendAsync(FrameFlags.None, next + 1, [9], "data: no\n\n");
            },
            settings: ("Gateway:Forwarding:TakeOverWaitMs", "60000"));
        (string text, _) = await cluster.AnswerAsync();
        Assert.Equal(cluster.Answer.Expected, text);
        Assert.Equal(InternalPaths.Replay, cluster.Calls[1].Path);
    }

    [Fact]
    public async Task A_request_that_nobody_takes_over_in_time_breaks_visibly()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            1,
            new PlannedAnswer(1, 1, 10, isStream: true),
            (cluster, _, call) => BreakAsync(cluster, call, 3),
            settings: ("Gateway:Forwarding:TakeOverWaitMs", "300"));
        using HttpResponseMessage response = await cluster.AskAsync();
        string text = await ReadToTheEndAsync(response);
        Assert.Contains("\"instance_failed\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Single(cluster.Calls);
    }

    [Theory]
    [InlineData(true, "numerics")]
    [InlineData(false, "numerics")]
    [InlineData(true, "weights")]
    [InlineData(true, "runner")]
    public async Task What_may_differ_says_so(bool isStream, string what)
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 10, isStream),
            (cluster, _, call) => call.Epoch == 1 ? BreakAsync(cluster, call, 3) : cluster.PlayAsync(call),
            (worker, registration) => what switch
            {
                "numerics" => registration with { NumericsId = $"n{worker}" },
                "weights" => registration with { WeightsDigest = new string((char)('a' + worker), 64) },
                _ => registration with { IsExact = false },
            });
        using HttpResponseMessage response = await cluster.AskAsync();
        string all = await response.Content.ReadAsStringAsync();
        (string text, string[] comments) = PlayedCluster.Split(all);
        Assert.Equal(cluster.Answer.Expected, text);
        string second = cluster[0].Calls.Contains(cluster.Calls[1]) ? "w0" : "w1";
        Assert.Equal(isStream ? [$": godwit instance={second}", ": godwit exact=false"] : [], comments);
        Assert.Equal(isStream ? [] : ["false"], response.Headers.TryGetValues("x-godwit-exact", out IEnumerable<string>? exact) ? exact : []);
    }

    [Fact]
    public async Task An_equal_instance_is_preferred_to_a_less_loaded_one()
    {
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            6,
            new PlannedAnswer(1, 1, 10, isStream: true),
            (cluster, _, call) => call.Epoch == 1 ? BreakAsync(cluster, call, 3) : cluster.PlayAsync(call),
            (worker, registration) => registration with { NumericsId = $"n{worker % 3}" });
        for (int i = 0; i < 6; i++)
        {
            (string text, string[] comments) = await cluster.AnswerAsync();
            Assert.Equal(cluster.Answer.Expected, text);
            Assert.Single(comments);
        }
    }

    [Fact]
    public async Task A_frozen_worker_is_replaced_when_the_registry_has_dropped_it()
    {
        TaskCompletionSource played = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                if (call.Epoch == 1)
                {
                    await cluster.PlayAsync(call, 3);
                    played.SetResult();
                    await call.FreezeAsync();
                }
                else
                {
                    await cluster.PlayAsync(call);
                }
            });
        Task<(string Text, string[] Comments)> asking = cluster.AnswerAsync();
        await played.Task.WaitAsync(Waiting.Deadline);
        ScriptedWorker frozen = cluster[0].Calls.IsEmpty ? cluster[1] : cluster[0];
        InstanceRegistration next = frozen.Registration with { BootId = new string('b', 32), Address = "http://127.0.0.1:9" };
        await cluster.Redis.BeatAsync(next, TestInstances.Status(next) with { State = InstanceState.Draining });
        (string text, _) = await asking;
        Assert.Equal(cluster.Answer.Expected, text);
    }

    [Fact]
    public async Task A_client_that_leaves_while_nobody_has_room_is_not_waited_for()
    {
        TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            2,
            new PlannedAnswer(1, 1, 10, isStream: true),
            async (cluster, _, call) =>
            {
                if (call.Epoch == 1)
                {
                    await BreakAsync(cluster, call, 3);
                }
                else
                {
                    await call.RefuseAsync(503, Full);
                    refused.TrySetResult();
                }
            },
            settings: ("Gateway:Forwarding:TakeOverWaitMs", "300000"));
        using (HttpResponseMessage response = await cluster.AskAsync())
        {
            await refused.Task.WaitAsync(Waiting.Deadline);
        }

        await cluster[0].UntilAsync(_ => cluster.Gateway.Owned == 0);
    }

    /// <summary>Plays some frames and breaks off; not by a reset, which may overtake what was sent before.</summary>
    private static Task BreakAsync(PlayedCluster cluster, WorkerCall call, int frames) => cluster.PlayAsync(call, frames);

    private static async Task<string> ReadToTheEndAsync(HttpResponseMessage response)
    {
        StringBuilder text = new();
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                text.AppendLine(line);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Broken off, as it has to be.
        }

        return text.ToString();
    }
}
