using System.Net;
using System.Net.Http.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Testing;

namespace Godwit.Worker.Tests.Migration;

/// <summary>DESIGN §5.4's table, row by row, with real workers.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private const string Path = "/v1/completions";
    private static readonly string s_body = Bodies.Of("\"temperature\":1,\"ignore_eos\":true,\"max_tokens\":350", stream: true);
    private TestWorker _source = null!;
    private TestWorker _destination = null!;
    private string _expected = "";

    private TestWorker[] Workers => [_source, _destination];

    public async Task InitializeAsync()
    {
        _source = await TestWorker.StartAsync("w1", TestWorker.Paced);
        _destination = await TestWorker.StartAsync("w2", TestWorker.Paced);
        await using ScriptedGateway gateway = Gateway(epoch: 1);
        _expected = await gateway.RunAsync(_source);
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _destination.DisposeAsync();
    }

    [Fact]
    public async Task A_destination_without_room_refuses_and_the_source_goes_on()
    {
        await using TestWorker small = await TestWorker.StartAsync("small", [.. TestWorker.Paced, ("Worker:Engine:KvBlocks", "3")]);
        await AssertUnmovedAsync(small.Peer, small);
    }

    [Fact]
    public async Task A_destination_with_other_arithmetic_refuses()
    {
        await using TestWorker other = await TestWorker.StartAsync("other");
        await AssertUnmovedAsync(other.Peer, other);
    }

    [Fact]
    public async Task A_destination_of_another_life_refuses() =>
        await AssertUnmovedAsync(_destination.Peer with { BootId = new string('0', 32) }, _destination);

    [Fact]
    public async Task A_destination_that_drains_refuses()
    {
        await _destination.PostAsync(InternalPaths.Drain, new DrainOrder(1, true), ContractsJson.Default.DrainOrder);
        await AssertUnmovedAsync(_destination.Peer, _destination);
    }

    [Fact]
    public async Task A_destination_that_is_gone_is_no_loss() =>
        await AssertUnmovedAsync(_destination.Peer with { BootId = new string('1', 32), Address = "http://127.0.0.1:9" }, _destination);

    [Theory]
    [InlineData(false, true, 100)]
    [InlineData(false, true, 400)]
    [InlineData(false, true, 2000)]
    [InlineData(false, true, 3000)]
    [InlineData(false, true, 4500)]
    [InlineData(false, false, 20)]
    [InlineData(false, false, 400)]
    [InlineData(false, false, 2000)]
    [InlineData(false, false, 3000)]
    [InlineData(false, false, 4500)]
    [InlineData(true, true, 20)]
    [InlineData(true, true, 200)]
    [InlineData(true, true, 250)]
    [InlineData(true, false, 20)]
    [InlineData(true, false, 200)]
    [InlineData(true, false, 250)]
    public async Task A_line_that_breaks_or_changes_a_bit_is_no_loss(bool isAnswer, bool cuts, int at)
    {
        await using var relay = new FaultyRelay(_destination.Address, isAnswer, at, cuts);
        await using ScriptedGateway gateway = Gateway(epoch: 10);
        OrderOnce(gateway, _destination.Peer with { Address = relay.Address }, tokens: 280);
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(await gateway.RunAsync(_source)));
        Assert.InRange(gateway.Moves.Count, 0, 1);
        await _source.BecomesEmptyAsync();
        await _destination.BecomesEmptyAsync();
    }

    [Fact]
    public async Task An_offer_that_the_destination_cannot_keep_is_taken_back()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 10);
        gateway.OnMoved = async (source, notice) =>
        {
            // The destination lost it: nothing is held there any more.
            await gateway.TellAsync(_destination, InternalPaths.Release, notice.Epoch);
            using HttpResponseMessage refused = await gateway.GoOnAsync(_destination, InternalPaths.Resume, notice.Epoch);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            return await gateway.GoOnAsync(source, InternalPaths.Keep, notice.Epoch + 1);
        };
        await AssertMovedAsync(gateway);
    }

    [Fact]
    public async Task A_source_that_dies_after_its_offer_is_no_loss()
    {
        TestWorker dying = await TestWorker.StartAsync("dying", TestWorker.Paced);
        await using ScriptedGateway gateway = new([dying, _destination], Path, s_body, Bodies.Ticket("r", 20));
        gateway.OnMoved = async (source, notice) =>
        {
            await source.DisposeAsync();
            return await gateway.GoOnAsync(_destination, InternalPaths.Resume, notice.Epoch);
        };
        OrderOnce(gateway, _destination.Peer);
        string answer = await gateway.RunAsync(dying);
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(answer));
        Assert.Single(gateway.Moves);
        await _destination.BecomesEmptyAsync();
    }

    [Fact]
    public async Task A_resume_and_a_release_that_come_twice_change_nothing()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 30);
        gateway.OnMoved = async (source, notice) =>
        {
            HttpResponseMessage lost = await gateway.GoOnAsync(_destination, InternalPaths.Resume, notice.Epoch);
            HttpResponseMessage again = await gateway.GoOnAsync(_destination, InternalPaths.Resume, notice.Epoch);
            lost.Dispose();
            await gateway.TellAsync(source, InternalPaths.Release, notice.Epoch - 1);
            await gateway.TellAsync(source, InternalPaths.Release, notice.Epoch - 1);
            return again;
        };
        await AssertMovedAsync(gateway);
    }

    [Fact]
    public async Task A_gateway_that_falls_silent_leaves_no_block_behind_on_either_side()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 40);
        var offered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.OnMoved = async (_, _) =>
        {
            gateway.Acknowledges = false;
            offered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan);
            throw new InvalidOperationException();
        };
        OrderOnce(gateway, _destination.Peer);
        _ = gateway.RunAsync(_source);
        await offered.Task.WaitAsync(Waiting.Deadline);
        Assert.True(_source.Load.KvBlocksUsed > 0 && _destination.Load.ReservedBlocks + _destination.Load.KvBlocksUsed > 0);
        await _source.BecomesEmptyAsync();
        await _destination.BecomesEmptyAsync();
    }

    [Fact]
    public async Task A_cancelled_request_is_gone_from_both_sides_and_refused()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 50);
        gateway.OnMoved = async (source, notice) =>
        {
            await gateway.TellAsync(source, InternalPaths.Cancel, notice.Epoch);
            await gateway.TellAsync(_destination, InternalPaths.Cancel, notice.Epoch);
            return await gateway.GoOnAsync(_destination, InternalPaths.Resume, notice.Epoch);
        };
        OrderOnce(gateway, _destination.Peer);
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.RunAsync(_source));
        Assert.Single(gateway.Moves);
        await _source.BecomesEmptyAsync();
        await _destination.BecomesEmptyAsync();
        using HttpResponseMessage later = await gateway.ReplayAsync(_source);
        Assert.Equal(HttpStatusCode.Conflict, later.StatusCode);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(120, true)]
    [InlineData(300, true)]
    [InlineData(1, false)]
    [InlineData(120, false)]
    [InlineData(300, false)]
    public async Task A_client_that_leaves_during_a_move_leaves_no_block_behind(int tokens, bool isSaid)
    {
        await using ScriptedGateway gateway = Gateway(epoch: 60);
        gateway.OnFrame = async (worker, _) =>
        {
            if (gateway.Tokens >= tokens)
            {
                await gateway.OrderMoveAsync(worker, _destination.Peer);
                throw new OperationCanceledException();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.RunAsync(_source));
        gateway.Acknowledges = false;
        foreach (TestWorker worker in isSaid ? Workers : [])
        {
            Assert.Equal(HttpStatusCode.NoContent, await gateway.TellAsync(worker, InternalPaths.Cancel));
        }

        await _source.BecomesEmptyAsync();
        await _destination.BecomesEmptyAsync();
    }

    [Fact]
    public async Task A_recovery_replays_elsewhere_what_was_sampled()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 70);
        gateway.OnFrame = (_, _) => gateway.Tokens >= 100 ? throw new IOException("lost") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => gateway.RunAsync(_source));
        gateway.OnFrame = null;
        await gateway.ReadAsync(_destination, await gateway.ReplayAsync(_destination, alone: true));
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(gateway.Answer()));
        await _source.BecomesEmptyAsync();
        await _destination.BecomesEmptyAsync();
    }

    [Fact]
    public async Task Orders_of_a_former_leader_and_for_unknown_requests_are_refused()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 80);
        Assert.Equal(HttpStatusCode.NotFound, await gateway.OrderMoveAsync(_source, _destination.Peer));
        var drain = new DrainOrder(5, false);
        Assert.Equal(HttpStatusCode.NoContent, await _source.PostAsync(InternalPaths.Drain, drain, ContractsJson.Default.DrainOrder));
        Assert.Equal(HttpStatusCode.Conflict, await gateway.OrderMoveAsync(_source, _destination.Peer));
        Assert.Equal(5, _source.Status.LeaderEpoch);
    }

    [Fact]
    public async Task A_drained_worker_refuses_new_requests_and_is_empty_when_all_is_moved_away()
    {
        await using ScriptedGateway gateway = Gateway(epoch: 90);
        bool isDrained = false;
        gateway.OnFrame = async (worker, _) =>
        {
            if (!isDrained)
            {
                isDrained = true;
                await worker.PostAsync(InternalPaths.Drain, new DrainOrder(1, true), ContractsJson.Default.DrainOrder);
                Assert.Equal(InstanceState.Draining, worker.Status.State);
                await using ScriptedGateway late = new(Workers, Path, s_body, Bodies.Ticket("late"));
                using HttpResponseMessage refused = await late.StartAsync(worker);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
                Assert.Contains("server_is_overloaded", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                var order = new MigrationOrder("drain-1", 1, "drain", _destination.Peer, null, 10);
                await worker.PostAsync(InternalPaths.Migrations, order, ContractsJson.Default.MigrationOrder);
            }
        };
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(await gateway.RunAsync(_source)));
        Assert.Equal(["drain"], gateway.Moves.Select(move => move.Reason));
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (_source.Status.State != InstanceState.Empty)
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    [Fact]
    public async Task A_worker_that_stops_gives_back_what_it_cannot_finish()
    {
        TestWorker stopping = await TestWorker.StartAsync("stopping", [.. TestWorker.Paced, ("Worker:Model:StepMs", "20,0")]);
        await using ScriptedGateway gateway = new([stopping, _destination], Path, s_body, Bodies.Ticket("r", 110));
        Task? stop = null;
        gateway.OnFrame = (worker, _) =>
        {
            stop ??= stopping.StopAsync();
            return Task.CompletedTask;
        };
        await gateway.RunAsync(stopping);
        Assert.Equal(FrameFlags.Error, gateway.End);
        Assert.Contains("server_is_overloaded", gateway.Last, StringComparison.Ordinal);
        Assert.InRange(gateway.Tokens, 1, 349);

        gateway.OnFrame = null;
        await gateway.ReadAsync(_destination, await gateway.ReplayAsync(_destination));
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(gateway.Answer()));
        await stop!;
        await stopping.DisposeAsync();
    }

    [Fact]
    public async Task Acknowledgements_of_unknown_requests_are_said_to_be_so()
    {
        var batch = new AckBatch([new RequestAck("nobody", 3, [0])]);
        using HttpResponseMessage answer =
            await _source.Client.PostAsJsonAsync(InternalPaths.Acks, batch, ContractsJson.Default.AckBatch);
        AckReply? reply = await answer.Content.ReadFromJsonAsync(ContractsJson.Default.AckReply);
        Assert.Equal(["nobody"], reply!.Unknown);
    }

    private ScriptedGateway Gateway(int epoch) => new(Workers, Path, s_body, Bodies.Ticket("r", epoch));

    private static void OrderOnce(ScriptedGateway gateway, MigrationPeer peer, int tokens = 60)
    {
        bool isOrdered = false;
        gateway.OnFrame = async (worker, _) =>
        {
            if (!isOrdered && gateway.Tokens >= tokens)
            {
                isOrdered = true;

                // The request may have come to its end before its frames were read.
                HttpStatusCode answer = await gateway.OrderMoveAsync(worker, peer);
                Assert.True(answer is HttpStatusCode.Accepted or HttpStatusCode.NotFound, $"{answer}");
            }
        };
    }

    private async Task AssertUnmovedAsync(MigrationPeer peer, TestWorker destination)
    {
        await using ScriptedGateway gateway = new([_source, destination], Path, s_body, Bodies.Ticket("r", 10));
        OrderOnce(gateway, peer, tokens: 5);
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(await gateway.RunAsync(_source)));
        Assert.Empty(gateway.Moves);
        await _source.BecomesEmptyAsync();
        await destination.BecomesEmptyAsync();
    }

    private async Task AssertMovedAsync(ScriptedGateway gateway)
    {
        OrderOnce(gateway, _destination.Peer);
        Assert.Equal(Bodies.Comparable(_expected), Bodies.Comparable(await gateway.RunAsync(_source)));
        Assert.Equal(FrameFlags.Last, gateway.End);
        Assert.Single(gateway.Moves);
        await _source.BecomesEmptyAsync();
        await _destination.BecomesEmptyAsync();
    }
}
