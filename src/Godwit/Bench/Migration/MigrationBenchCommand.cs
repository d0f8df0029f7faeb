using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Godwit.Worker.KvCache;

namespace Godwit.CommandLine.Bench.Migration;

/// <summary>
/// <c>godwit bench migration</c>: what a move costs the request and its neighbours, between two real workers, beside what it would cost to
/// compute the context again or to copy it while the request stands still.
/// </summary>
internal sealed class MigrationBenchCommand(MigrationBenchSettings settings, TextWriter progress)
{
    // Enough that no stream ends while it is measured.
    private const int NewTokens = 2048;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(2);
    private int _prompts;

    /// <summary>Measures.</summary>
    public async Task<MigrationBenchReport> RunAsync()
    {
        List<MigrationBenchRun> runs = [];
        List<double> without = [], with = [];
        await using (PinnedCluster cluster = await StartAsync([]))
        {
            foreach (int context in settings.Contexts)
            {
                runs.Add(await MeasureAsync(cluster, context));
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{context} tokens: done"));
            }

            await MeasureOthersAsync(cluster, settings.Contexts[settings.Contexts.Count / 2], without, with);
        }

        await using (PinnedCluster cluster = await StartAsync(new() { ["GODWIT__Worker__Migration__MaxStages"] = "1" }))
        {
            for (int i = 0; i < runs.Count; i++)
                runs[i] = runs[i] with { StopAndCopyMs = (await MeasureAsync(cluster, runs[i].Context)).DowntimeMs };
        }

        return new MigrationBenchReport(Path.GetFileName(settings.Model), settings.Batch, runs, without, with);
    }

    private Task<PinnedCluster> StartAsync(Dictionary<string, string> environment)
    {
        int tokens = settings.Contexts.Max() + NewTokens, blocks = KvBlock.Count(tokens) * ((2 * settings.Batch) + 1);
        return PinnedCluster.StartAsync(
            settings.Model, ["--kv-blocks", blocks.ToString(CultureInfo.InvariantCulture)], environment);
    }

    private async Task<MigrationBenchRun> MeasureAsync(PinnedCluster cluster, int context)
    {
        List<StreamedCall> calls = await FillAsync(cluster, context);
        StreamedCall moved = calls[0];
        long start = Stopwatch.GetTimestamp();
        List<double> downtimes = [], speeds = [];
        long bytes = 0;
        for (int i = 0; i < settings.Moves; i++)
        {
            await Task.Delay(300);
            long ordered = Stopwatch.GetTimestamp();
            JsonNode move = await MoveAsync(cluster, moved, i + 1);
            downtimes.Add(move["downtime_ms"]!.GetValue<double>());
            bytes = move["bytes"]!.GetValue<long>();
            speeds.Add(bytes / Stopwatch.GetElapsedTime(ordered).TotalSeconds);
        }

        double step = Median(calls.Skip(1).SelectMany(call => call.GapsSince(start)));
        List<double> recomputed = [];
        for (int i = 0; i < Math.Min(3, settings.Moves); i++)
        {
            using StreamedCall fresh = await StreamedCall.StartAsync(cluster.Client, Prompt(context), 2);
            recomputed.Add(fresh.FirstToken * 1e3);
            await fresh.StopAsync();
        }

        await StopAsync(calls);
        return new MigrationBenchRun(
            context, settings.Moves, Median(downtimes), step, bytes, Median(speeds), Median(recomputed), StopAndCopyMs: 0);
    }

    private async Task MeasureOthersAsync(PinnedCluster cluster, int context, List<double> without, List<double> with)
    {
        List<StreamedCall> calls = await FillAsync(cluster, context);
        int moves = 0;
        for (int pair = 0; pair < settings.Pairs; pair++)
        {
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(settings.WindowSeconds));
            without.Add(Median(calls.Skip(1).SelectMany(call => call.GapsSince(start))));
            start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(settings.WindowSeconds))
                await MoveAsync(cluster, calls[0], ++moves);
            with.Add(Median(calls.Skip(1).SelectMany(call => call.GapsSince(start))));
        }

        await StopAsync(calls);
    }

    /// <summary>As many requests to each worker as the batch shall have, one fewer to the second: after a move it has them all.</summary>
    private async Task<List<StreamedCall>> FillAsync(PinnedCluster cluster, int context)
    {
        List<StreamedCall> calls = [];
        Dictionary<string, int> counts = PinnedCluster.Workers.ToDictionary(worker => worker, _ => 0);
        while (calls.Count < (2 * settings.Batch) - 1)
        {
            StreamedCall call = await StreamedCall.StartAsync(cluster.Client, Prompt(context), NewTokens);
            calls.Add(call);
            counts[call.Instance]++;
        }

        // Whoever decides where requests go need not share them out so; what is too much on one side goes to the other.
        foreach (StreamedCall call in calls.ToArray())
        {
            string other = Other(call.Instance);
            if (counts[call.Instance] > settings.Batch)
            {
                counts[call.Instance]--;
                counts[other]++;
                await MoveAsync(cluster, call, 1);
            }
        }

        string full = counts.MaxBy(count => count.Value).Key;
        return [.. calls.OrderBy(call => call.Instance == full ? 0 : 1)];
    }

    private static async Task<JsonNode> MoveAsync(PinnedCluster cluster, StreamedCall call, int number)
    {
        string destination = Other(call.Instance);
        using CancellationTokenSource deadline = new(s_patience);
        long ordered = 0;
        while (true)
        {
            // An order may come while the source has another one, or be refused: then it is given again.
            if (call.Instance != destination && (ordered == 0 || Stopwatch.GetElapsedTime(ordered) > s_again))
            {
                bool isTaken = await cluster.MoveAsync(call.Request, destination);
                ordered = isTaken ? Stopwatch.GetTimestamp() : 0;
            }

            if (call.Instance == destination && await cluster.MovesAsync(call.Request) is { } moves && moves.Count >= number)
                return moves[^1]!;
            if (call.HasEnded)
                throw new StartFailedException("A stream ended before it was moved.");
            await Task.Delay(5, deadline.Token);
        }
    }

    private static async Task StopAsync(List<StreamedCall> calls)
    {
        foreach (StreamedCall call in calls)
        {
            await call.StopAsync();
            call.Dispose();
        }
    }

    private static string Other(string worker) => PinnedCluster.Workers.First(other => other != worker);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    // Ids that every tokenizer of a made model has, and no two prompts begin alike.
    private int[] Prompt(int length)
    {
        Random random = new(++_prompts);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(1000, 30_000))];
    }
}
