using System.Collections.Concurrent;
using System.Text;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Instances;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>A Gateway and workers that play one <see cref="PlannedAnswer"/> as a test's script says.</summary>
internal sealed class PlayedCluster : IAsyncDisposable
{
    private readonly List<ScriptedWorker> _workers = [];

    private readonly ConcurrentQueue<WorkerCall> _calls = new();
    private readonly Func<PlannedAnswer> _answer;

    private PlayedCluster(RedisServer redis, Func<PlannedAnswer> answer)
    {
        Redis = redis;
        _answer = answer;
    }

    public RedisServer Redis { get; }

    public PlannedAnswer Answer => _answer();

    public RunningGateway Gateway { get; private set; } = null!;

    public ScriptedWorker this[int index] => _workers[index];

    /// <summary>Calls of all workers, in the order of their epochs.</summary>
    public WorkerCall[] Calls => [.. _workers.SelectMany(worker => worker.Calls).OrderBy(call => call.Epoch)];

    /// <summary>Calls of all workers, in the order in which they came.</summary>
    public IReadOnlyCollection<WorkerCall> CallsInOrder => _calls;

    public static Task<PlayedCluster> StartAsync(
        RedisServers servers,
        int workers,
        PlannedAnswer answer,
        Func<PlayedCluster, int, WorkerCall, Task> script,
        Func<int, InstanceRegistration, InstanceRegistration>? change = null,
        OwnerTimes? times = null,
        params (string Key, string? Value)[] settings) => StartAsync(servers, workers, () => answer, script, change, times, settings);

    /// <summary>With an answer that may be another for the next request.</summary>
    public static async Task<PlayedCluster> StartAsync(
        RedisServers servers,
        int workers,
        Func<PlannedAnswer> answer,
        Func<PlayedCluster, int, WorkerCall, Task> script,
        Func<int, InstanceRegistration, InstanceRegistration>? change = null,
        OwnerTimes? times = null,
        params (string Key, string? Value)[] settings)
    {
        PlayedCluster cluster = new(await servers.OpenAsync(), answer);
        for (int i = 0; i < workers; i++)
        {
            int index = i;
            cluster._workers.Add(await ScriptedWorker.StartAsync(
                cluster.Redis,
                $"w{index}",
                "tiny",
                call =>
                {
                    cluster._calls.Enqueue(call);
                    return script(cluster, index, call);
                },
                registration => change?.Invoke(index, registration) ?? registration));
        }

        // These workers send no heartbeats, so that without Redis for a moment all of them would be in doubt at once.
        cluster.Gateway = await RunningGateway.StartAsync(
            cluster.Redis,
            services => services.AddSingleton(times ?? OwnerTimes.Default),
            [("Godwit:Registry:LeaseMs", "60000"), .. settings]);
        return cluster;
    }

    /// <summary>Plays some frames of the answer from where the Gateway wants it, all of them by default; what comes next after them.</summary>
    public async Task<int[]> PlayAsync(WorkerCall call, int frames = int.MaxValue)
    {
        int[] next = [.. Enumerable.Range(0, Answer.Choices).Select(call.From)];
        if (call.Resume is null)
        {
            foreach (Frame prompt in Answer.PromptFrames())
            {
                await call.SendAsync(prompt);
            }
        }

        await call.AcceptAsync();
        foreach (Frame frame in Answer.Frames(call.From).Take(frames))
        {
            await call.SendAsync(frame);
            next[frame.Choice] = Math.Max(next[frame.Choice], frame.FirstIndex + frame.TokenIds.Count);
        }

        return next;
    }

    /// <summary>Plays some frames and offers the request to another worker.</summary>
    public async Task MoveAsync(WorkerCall call, int frames, int to)
    {
        int[] next = await PlayAsync(call, frames);
        await call.OfferAsync(this[to].Peer, call.Epoch + 1, next);
    }

    /// <summary>Plays some frames and dies.</summary>
    public async Task DieAsync(WorkerCall call, int frames)
    {
        await PlayAsync(call, frames);
        await call.DieAsync();
    }

    public Task<HttpResponseMessage> AskAsync(string? id = null) => Gateway.PostAsync(Answer.Body, "/v1/completions", id);

    /// <summary>What the client gets, comments apart.</summary>
    public async Task<(string Text, string[] Comments)> AnswerAsync()
    {
        using HttpResponseMessage response = await AskAsync();
        string text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        return Split(text);
    }

    public static (string Text, string[] Comments) Split(string text)
    {
        string[] events = text.Split("\n\n");
        return (
            string.Join("\n\n", events.Where(line => !line.StartsWith(':'))),
            [.. events.Where(line => line.StartsWith(": godwit", StringComparison.Ordinal))]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (ScriptedWorker worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await Redis.DisposeAsync();
    }
}
