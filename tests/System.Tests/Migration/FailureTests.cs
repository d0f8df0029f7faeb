using System.Globalization;
using System.Text.Json.Nodes;
using Godwit.System.Tests.Processes;
using Xunit.Abstractions;

namespace Godwit.System.Tests.Migration;

/// <summary>
/// Processes that die or freeze while a request is moved. The seed says what is tried: it changes from run to run, and GODWIT_FAILURE_SEED
/// gives one back; GODWIT_FAILURE_ROUNDS tries more of them.
/// </summary>
[Collection(SharedGodwit.Collection)]
public sealed class FailureTests(MadeModel model, ITestOutputHelper log) : IClassFixture<MadeModel>
{
    private static readonly string[] s_sourceStages = ["prepare", "copy", "stop", "offer", "release"];
    private static readonly string[] s_destinationStages = ["prepare", "copy", "offer", "resume"];

    // What is left of a broken move is gone by then.
    private static readonly TimeSpan s_clean = TimeSpan.FromSeconds(10);

    private static readonly int s_seed = Number("GODWIT_FAILURE_SEED", Environment.TickCount & 0xffff);

    private static int Rounds => Number("GODWIT_FAILURE_ROUNDS", 1);

    private string Model => Path.Combine(model.Library, MadeModel.Id);

    [Fact]
    public async Task SourceThatDies_AtEveryStage_AnswersStayExact()
    {
        await using RunningCluster cluster = RunningCluster.Start(Model);
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string stage in s_sourceStages)
                await DieAsync(cluster, "source", $"{stage}:kill", null, s_seed + round);
        }
    }

    [Fact]
    public async Task DestinationThatDies_AtEveryStage_AnswersStayExact()
    {
        await using RunningCluster cluster = RunningCluster.Start(Model);
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string stage in s_destinationStages)
                await DieAsync(cluster, "destination", null, $"{stage}:kill", s_seed + round);
        }
    }

    [Fact]
    public async Task GatewayThatDies_BreaksItsStreamsVisibly_AndAnotherServesOn()
    {
        await using RunningCluster cluster = RunningCluster.Start(Model);
        cluster.StartWorker("a");
        cluster.StartWorker("b");
        await cluster.UntilReadyAsync(2);
        for (int round = 0; round < Rounds; round++)
        {
            Random random = new(s_seed + round);
            using MovingClient dying = new(cluster.Gateways[0], cluster.Admins[1], ["a", "b"]);
            using MovingClient living = new(cluster.Gateways[1], cluster.Admins[1], ["a", "b"]);
            Answer alone = await living.AskAsync($"alone-{round}", "/v1/completions", Long(round));
            Task<Answer> broken = dying.AskAndMoveAsync($"broken-{round}", "/v1/completions", Long(round), 4, random);
            Task<Answer> other = living.AskAndMoveAsync($"other-{round}", "/v1/completions", Long(round), 4, random);
            await cluster.UntilAsync(async () => (await cluster.Admins[1].ExplainAsync($"broken-{round}")) is not null);
            await Task.Delay(random.Next(0, 1500));
            cluster["gateway-0"].Signal("KILL");

            Assert.False((await broken).IsWhole);
            Assert.Equal(alone.Essence(), (await other).Essence());
            Answer later = await living.AskAsync($"later-{round}", "/v1/completions", Long(round));
            Assert.Equal(alone.Essence(), later.Essence());
            await cluster.UntilAsync(() => IsIdleAsync(cluster.Admins[1]), s_clean);
            if (round + 1 < Rounds)
            {
                cluster.StartGateway(0);
                await cluster.UntilReadyAsync(2);
            }
        }
    }

    [Fact]
    public async Task SchedulerThatDies_AndRedisThatRestartsOrFreezes_LoseNothing()
    {
        await using RunningCluster cluster = RunningCluster.Start(Model);
        cluster.StartWorker("a");
        cluster.StartWorker("b");
        await cluster.UntilReadyAsync(2);
        using MovingClient client = new(cluster.Gateways[0], cluster.Admins[0], ["a", "b"]);
        Answer alone = await client.AskAsync("alone", "/v1/completions", Long(1));
        Random random = new(s_seed);

        await DuringAsync("scheduler", async () =>
        {
            await Task.Delay(random.Next(0, 1000));
            await cluster.KillAsync("scheduler-0");
        });
        // The other Scheduler leads by now, or soon, and orders moves.
        await cluster.UntilAsync(async () => (await RunningCluster.TryInstancesAsync(cluster.Admins[0])).Length == 2);
        await DuringAsync("standby", () => Task.CompletedTask);

        await DuringAsync("freeze", async () =>
        {
            await Task.Delay(random.Next(0, 1000));
            cluster["redis"].Signal("STOP");
            await Task.Delay(5000);
            cluster["redis"].Signal("CONT");
        });

        await DuringAsync("restart", async () =>
        {
            await Task.Delay(random.Next(0, 1000));
            await cluster.KillAsync("redis");
            await Task.Delay(500);
            cluster.StartRedis();
        });
        await cluster.UntilReadyAsync(2);
        await DuringAsync("after", () => Task.CompletedTask);
        await cluster.UntilAsync(() => IsIdleAsync(cluster.Admins[0]), s_clean);

        async Task DuringAsync(string what, Func<Task> hurt)
        {
            Task<Answer> running = client.AskAndMoveAsync(what, "/v1/completions", Long(1), 2, random);
            await hurt();
            Answer fresh = await client.AskAsync($"{what}-fresh", "/v1/completions", Long(1));
            Assert.Equal(200, fresh.Status);
            Assert.Equal(alone.Essence(), fresh.Essence());
            Assert.Equal(alone.Essence(), (await running).Essence());
        }
    }

    /// <summary>A request moves from one worker to another, one of which dies at a stage; a third is there to go on.</summary>
    private async Task DieAsync(RunningCluster cluster, string who, string? sourceFails, string? destinationFails, int seed)
    {
        string what = $"{who} {sourceFails ?? destinationFails}, seed {seed}";
        log.WriteLine(what);
        string tag = Guid.NewGuid().ToString("N")[..8], source = $"source-{tag}", destination = $"destination-{tag}", third = $"third-{tag}";
        cluster.StartWorker(source, sourceFails);
        cluster.StartWorker(destination, destinationFails);
        cluster.StartWorker(third);
        await cluster.UntilReadyAsync(3);
        using MovingClient client = new(cluster.Gateways[0], cluster.Admins[0], []);
        Answer alone = await client.AskAsync($"alone-{tag}", "/v1/completions", Long(seed));

        // As many as it takes until one is at the source. All of them must come through.
        List<Task<Answer>> running = [];
        string? moved = null;
        while (moved is null)
        {
            string id = $"asked-{tag}-{running.Count}";
            running.Add(client.AskAsync(id, "/v1/completions", Long(seed)));
            string? instance = null;
            // Where it is said to be is written without waiting, and may be lost.
            await cluster.UntilAsync(async () =>
                (instance = (await cluster.Admins[0].ExplainAsync(id))?["dispatch"]?["instance"]?.GetValue<string>()) is not null
                || running[^1].IsCompleted);
            moved = instance == source ? id : null;
            Assert.True(running.Count < 16, "No request went to the source.");
        }

        await cluster.UntilAsync(async () =>
        {
            await cluster.Admins[0].MoveAsync(moved, destination);
            return cluster[who == "source" ? source : destination].HasEnded;
        });
        foreach (Answer answer in await Task.WhenAll(running))
        {
            Assert.True(answer.IsWhole, $"{what}: {answer.Body}");
            Assert.Equal(alone.Essence(), answer.Essence());
        }

        await cluster.UntilAsync(() => IsIdleAsync(cluster.Admins[0]), s_clean);
        foreach (string worker in (string[])[source, destination, third])
            await cluster.KillAsync(worker);
        await cluster.UntilAsync(async () => (await RunningCluster.TryInstancesAsync(cluster.Admins[0])).Length == 0);
    }

    private static async Task<bool> IsIdleAsync(AdminCalls admin)
    {
        JsonObject[] instances = await RunningCluster.TryInstancesAsync(admin);
        return instances.Length > 0 && instances.All(instance =>
            instance["running"]!.GetValue<int>() + instance["waiting"]!.GetValue<int>() + instance["kv_blocks_used"]!.GetValue<int>() == 0);
    }

    private static JsonObject Long(int seed) => new()
    {
        ["model"] = MadeModel.Id,
        // Longer than the last stage of a move may be: there is something to copy before it.
        ["prompt"] = $"The harbour of {seed}. " + string.Concat(Enumerable.Repeat("Gulls and rain, boats and ropes. ", 60)),
        ["max_tokens"] = 400,
        ["seed"] = seed,
        ["temperature"] = seed % 2 == 0 ? 0 : 0.8,
        ["logprobs"] = 1,
        ["ignore_eos"] = true,
        ["stream"] = seed % 3 > 0,
    };

    private static int Number(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int number) ? number : fallback;
}
