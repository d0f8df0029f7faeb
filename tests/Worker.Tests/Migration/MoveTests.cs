using System.Net;
using Godwit.Contracts.Frames;

namespace Godwit.Worker.Tests.Migration;

/// <summary>Requests that are moved between real workers: what the client gets is what an unmoved run gives.</summary>
public sealed class MoveTests : IAsyncLifetime
{
    private TestWorker[] _workers = null!;

    public async Task InitializeAsync() =>
        _workers = [await TestWorker.StartAsync("w1"), await TestWorker.StartAsync("w2"), await TestWorker.StartAsync("w3")];

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
        string body = Bodies.Of(fields, stream, path);
        string expected = await AnswerAsync(path, body, moves: 0, seed: 0);
        int moved = 0;
        string[] answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(
            seed => AnswerAsync(path, body, moves: 1 + (seed % 4), seed, count => Interlocked.Add(ref moved, count))));
        Assert.All(answers, answer => Assert.Equal(expected, answer));
        Assert.True(moved > 0, "nothing was moved");
        await Task.WhenAll(_workers.Select(worker => worker.BecomesEmptyAsync()));
    }

    [Theory]
    [MemberData(nameof(Bodies.All), MemberType = typeof(Bodies))]
    public async Task An_answer_is_the_same_when_it_is_replayed_elsewhere(string path, string fields, bool stream)
    {
        string body = Bodies.Of(fields, stream, path);
        string expected = await AnswerAsync(path, body, moves: 0, seed: 0);
        foreach (int at in (int[])[1, 15, 16, 17, 100])
        {
            await using var gateway = new ScriptedGateway(_workers, path, body, Bodies.Ticket("r0", 2 * at));
            gateway.OnFrame = (_, _) => gateway.Tokens >= at ? throw new IOException("lost") : Task.CompletedTask;
            await Assert.ThrowsAsync<IOException>(() => gateway.RunAsync(_workers[0]));
            gateway.OnFrame = null;
            await gateway.ReadAsync(_workers[1], await gateway.ReplayAsync(_workers[1]));
            Assert.Equal(expected, Bodies.Comparable(gateway.Answer()).Replace("cmpl-r0", "cmpl", StringComparison.Ordinal));
        }

        await Task.WhenAll(_workers.Select(worker => worker.BecomesEmptyAsync()));
    }

    [Fact]
    public async Task Many_at_once_are_moved_to_and_fro()
    {
        string body = Bodies.Of("\"temperature\":1,\"ignore_eos\":true,\"max_tokens\":300", stream: true);
        string expected = await AnswerAsync("/v1/completions", body, moves: 0, seed: 0);
        int moved = 0;
        string[] answers = await Task.WhenAll(Enumerable.Range(1, 12).Select(
            seed => AnswerAsync("/v1/completions", body, moves: 4, seed, count => Interlocked.Add(ref moved, count))));
        Assert.All(answers, answer => Assert.Equal(expected, answer));
        Assert.True(moved > 0, "nothing was moved");
        await Task.WhenAll(_workers.Select(worker => worker.BecomesEmptyAsync()));
    }

    // The id stands in every answer, so that a request is sent again with higher epochs under the same one.
    private async Task<string> AnswerAsync(string path, string body, int moves, int seed, Action<int>? count = null)
    {
        var random = new Random(seed);
        await using var gateway = new ScriptedGateway(_workers, path, body, Bodies.Ticket($"r{seed}"));
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
        return Bodies.Comparable(answer).Replace($"cmpl-r{seed}", "cmpl", StringComparison.Ordinal);
    }
}
