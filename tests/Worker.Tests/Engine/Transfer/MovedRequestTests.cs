using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Xunit.Abstractions;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>
/// Requests of every kind that move between engines at any moment, beside others that make blocks scarce: each gives exactly what it gives
/// unmoved, and nothing is left anywhere.
/// </summary>
public sealed class MovedRequestTests(ITestOutputHelper output)
{
    private string Counts =>
        $"{_moves} moves, {_refused} refused, {_kept} kept, {_aborted} aborted, {_cancelled} cancelled, {_ended} ended before";

    private int _moves, _refused, _kept, _aborted, _cancelled, _ended;

    [Theory]
    [InlineData("stories260k", true, 0, 1)]
    [InlineData("stories260k", false, 3, 2)]
    [InlineData("stories260k", true, 4, 3)]
    [InlineData("babyllama", true, 0, 4)]
    public async Task RandomRequests_AreExact(string model, bool prefixCaching, int drafts, int seed)
    {
        // Room for three requests or so: admissions wait, the least urgent are preempted, reservations are refused.
        var options = new EngineOptions
        {
            KvBlocks = 56,
            MaxSequences = 10,
            MaxTokensPerStep = 64,
            PrefillChunkTokens = 24,
            PrefixCaching = prefixCaching,
            PromptLookupTokens = drafts,
        };
        using var cluster = new EngineCluster(model, options, engines: 3);
        await RunAsync(
            cluster, seed, mostTokens: 150, () => _moves >= 40 && _kept >= 5 && _aborted >= 5 && _cancelled >= 5 && _refused >= 1);
    }

    [Fact]
    public async Task SimulatedModel_ManyMoves_AreExact()
    {
        var options = new EngineOptions { KvBlocks = 60, MaxSequences = 10, MaxTokensPerStep = 64, PrefillChunkTokens = 24 };
        using var cluster = new EngineCluster(
            "stories260k",
            options,
            engines: 2,
            blocks => new SimulatedRunner(new SimulatedRunnerOptions(0.3, 0, 1, 512, [.. Enumerable.Range(300, 100)], 10, blocks)));
        await RunAsync(cluster, seed: 5, mostTokens: 150, () => _moves >= 100 && _refused >= 1 && _kept >= 10);
    }

    // Whether a request is still there when it shall move is a matter of luck: until enough of them were.
    private async Task RunAsync(EngineCluster cluster, int seed, int mostTokens, Func<bool> enough)
    {
        var source = new RandomRequests(cluster, seed);
        for (int round = 0; !enough(); round++)
        {
            Assert.True(round < 60, $"only {Counts}");
            GenerationRequest[] all = [.. Enumerable.Range(0, 10).Select(_ => source.Next(mostTokens))];
            Transcript[] expected = await Task.WhenAll(all.Select(cluster.RunAloneAsync));
            await Task.WhenAll(all.Select((request, i) => CheckAsync(
                cluster, request, expected[i], new Random((seed * 1000) + (round * 10) + i))));
            await cluster.AssertAllFreeAsync();
        }

        output.WriteLine(Counts);
        output.WriteLine(string.Join('\n', cluster.Engines.Select(engine => engine.Status.Totals)));
    }

    private async Task CheckAsync(EngineCluster cluster, GenerationRequest request, Transcript expected, Random random)
    {
        await Task.Yield();
        int at = random.Next(cluster.Engines.Count);
        bool carriesAll = random.Next(2) == 0;
        Generation generation = cluster.Engines[at].Submit(request);
        var seen = new List<SequenceOutput>();
        for (int moves = random.Next(1, 5); moves > 0; moves--)
        {
            await ReadSomeAsync(generation, seen, random.Next(1, 25));
            int to = (at + random.Next(1, cluster.Engines.Count)) % cluster.Engines.Count;
            Generation? moved = await MoveAsync(cluster.Engines[at], cluster.Engines[to], generation, request, carriesAll, random);
            if (moved is null)
            {
                // Cancelled: what it gave until then is what it had to.
                await ReadSomeAsync(generation, seen, int.MaxValue);
                AssertBeginsWith(expected, seen);
                return;
            }

            if (moved != generation)
            {
                await ReadSomeAsync(generation, seen, int.MaxValue);
                AssertBeginsWith(expected, seen);
                seen.Clear();
                generation = moved;
                at = to;
            }
        }

        Transcript rest = await Transcript.ReadAsync(generation);
        var whole = new Transcript([.. seen, .. rest.Outputs]);
        whole.AssertEqual(expected, logprobs: carriesAll);
    }

    // The generation that goes on: the new one, or the old one when nothing came of the move; null when it was cancelled.
    private async Task<Generation?> MoveAsync(
        EngineLoop source, EngineLoop destination, Generation generation, GenerationRequest request, bool carriesAll, Random random)
    {
        var move = new Move(source, destination, generation, request, carriesAll);
        int fate = random.Next(10);
        bool copied = await move.CopyAsync(stages: random.Next(1, 4));
        if (!copied || fate == 0)
        {
            Interlocked.Increment(ref copied ? ref _aborted : ref move.IsRefused ? ref _refused : ref _ended);
            await move.AbortAsync();
            return generation;
        }

        if (fate == 1 && random.Next(2) == 0)
        {
            return await CancelAsync(move, generation);
        }

        if (!await move.StopAsync())
        {
            Interlocked.Increment(ref _ended);
            await move.AbortAsync();
            return generation;
        }

        switch (fate)
        {
            case 1:
                return await CancelAsync(move, generation);
            case 2 or 3:
                Interlocked.Increment(ref _kept);
                await move.AbortAsync();
                Assert.True(await source.UnparkAsync(move.Parked!));
                return generation;
            case 4:
                // Cancelled in the moment of the commit: both sides hear of it.
                await move.CommitAsync();
                Interlocked.Increment(ref _cancelled);
                move.Adopted.Dispose();
                generation.Dispose();
                return null;
            default:
                Interlocked.Increment(ref _moves);
                await move.CommitAsync();
                return move.Adopted;
        }
    }

    private async Task<Generation?> CancelAsync(Move move, Generation generation)
    {
        Interlocked.Increment(ref _cancelled);
        generation.Dispose();
        await move.AbortAsync();
        return null;
    }

    private static async Task ReadSomeAsync(Generation generation, List<SequenceOutput> outputs, int most)
    {
        while (most-- > 0 && await generation.Outputs.WaitToReadAsync())
        {
            if (generation.Outputs.TryRead(out SequenceOutput next))
            {
                outputs.Add(next);
            }
        }
    }

    private static void AssertBeginsWith(Transcript expected, List<SequenceOutput> seen)
    {
        foreach (IGrouping<int, SequenceOutput> choice in seen.GroupBy(o => o.Choice))
        {
            IReadOnlyList<string> lines = new Transcript([.. choice]).Lines(logprobs: false)[0];
            var all = new Transcript([.. expected.Outputs.Where(o => o.Choice == choice.Key)]);
            Assert.Equal(all.Lines(logprobs: false)[0].Take(lines.Count), lines);
        }
    }
}
