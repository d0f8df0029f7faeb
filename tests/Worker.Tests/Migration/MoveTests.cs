using System.Net;
using Godwit.Contracts.Frames;

namespace Godwit.Worker.Tests.Migration;

/// <summary>Requests that are moved between whole workers: what the client gets is what an unmoved run gives.</summary>
public sealed class MoveTests : IAsyncLifetime
{
    private const int Requests = 8;
    private TestWorker[] _workers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (TestWorker worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Bodies.All), MemberType = typeof(Bodies))]
    public async Task An_answer_is_the_same_however_often_it_is_moved(string path, string fields, bool stream)
    {
        await StartAsync(TestWorker.Paced);
        string body = Bodies.Of(fields, stream, path);
        string[] expected = await AnswersAsync(path, body, epoch: 1, moves: 0);
        int moved = 0;
        string[] answers = await AnswersAsync(path, body, epoch: 10, moves: 4, count => Interlocked.Add(ref moved, count));
        Assert.Equal(expected, answers);
        Assert.True(moved >= 2, $"only {moved} moves");
        await Task.WhenAll(_workers.Select(worker => worker.BecomesEmptyAsync()));
    }

    [Fact]
    public async Task Real_arithmetic_gives_the_same_bits_after_moves()
    {
        await StartAsync();
        int moved = 0;

        // The model is so fast that an order seldom comes in time: as often as it takes.
        for (int round = 1; moved == 0 && round <= 50; round++)
        {
            await Task.WhenAll(Bodies.All.Select(async (data, index) =>
            {
                (string path, string fields, bool stream) = ((string)data[0], (string)data[1], (bool)data[2]);
                string body = Bodies.Of(fields, stream, path);
                string id = $"body{index}-{round}";
                string expected = await AnswerAsync(path, body, id, epoch: 1, moves: 0, index);
                string answer = await AnswerAsync(path, body, id, epoch: 10, moves: 4, index, count => Interlocked.Add(ref moved, count));
                Assert.Equal(expected, answer);
            }));
        }

        Assert.True(moved > 0, "nothing was moved");
        await Task.WhenAll(_workers.Select(worker => worker.BecomesEmptyAsync()));
    }

    [Theory]
    [MemberData(nameof(Bodies.All), MemberType = typeof(Bodies))]
    public async Task An_answer_is_the_same_when_it_is_replayed_elsewhere(string path, string fields, bool stream)
    {
        await StartAsync();
        string body = Bodies.Of(fields, stream, path);
        string expected = await AnswerAsync(path, body, "r", epoch: 1, moves: 0, seed: 0);
        foreach (int at in (int[])[1, 15, 16, 17, 100])
        {
            await using var gateway = new ScriptedGateway(_workers, path, body, Bodies.Ticket("r", 2 * at));
            gateway.OnFrame = (_, _) => gateway.Tokens >= at ? throw new IOException("lost") : Task.CompletedTask;
            await Assert.ThrowsAsync<IOException>(() => gateway.RunAsync(_workers[0]));
            gateway.OnFrame = null;
            await gateway.ReadAsync(_workers[1], await gateway.ReplayAsync(_workers[1]));
            Assert.Equal(expected, Bodies.Comparable(gateway.Answer()));
        }

        await Task.WhenAll(_workers.Select(worker => worker.BecomesEmptyAsync()));
    }

    private async Task StartAsync(params (string Key, string? Value)[] settings) => _workers =
    [
        await TestWorker.StartAsync("w1", settings),
        await TestWorker.StartAsync("w2", settings),
        await TestWorker.StartAsync("w3", settings),
    ];

    private Task<string[]> AnswersAsync(string path, string body, int epoch, int moves, Action<int>? count = null) => Task.WhenAll(
        Enumerable.Range(0, Requests).Select(seed => AnswerAsync(path, body, $"r{seed}", epoch, moves, seed, count)));

    private async Task<string> AnswerAsync(
        string path, string body, string id, int epoch, int moves, int seed, Action<int>? count = null)
    {
        var random = new Random(seed);
        await using var gateway = new ScriptedGateway(_workers, path, body, Bodies.Ticket(id, epoch));
        var at = new Queue<int>(Enumerable.Range(0, moves).Select(_ => random.Next(1, 150)).Order());
        gateway.OnFrame = async (worker, _) =>
        {
            if (at.TryPeek(out int tokens) && gateway.Tokens >= tokens)
            {
                at.Dequeue();
                TestWorker destination = random.GetItems(_workers.Where(w => w != worker).ToArray(), 1)[0];
                HttpStatusCode ordered = await gateway.OrderMoveAsync(worker, destination.Peer);

                // By then it may have been answered.
                Assert.True(ordered is HttpStatusCode.Accepted or HttpStatusCode.NotFound, $"{ordered}");
            }
        };
        string answer = await gateway.RunAsync(_workers[seed % 3]);
        Assert.Equal(FrameFlags.Last, gateway.End);
        count?.Invoke(gateway.Moves.Count);
        return Bodies.Comparable(answer);
    }
}
