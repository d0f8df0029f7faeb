using System.Net;
using System.Text.Json;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Selection;
using Godwit.Testing;

namespace Godwit.Router.Tests.Selection;

[Collection(RedisCollection.Name)]
public sealed class SelectEndpointsTests(RedisServers servers)
{
    [Fact]
    public async Task An_answer_says_who_and_why()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, new TestRouter());
        SelectResponse answer = await router.SelectAsync(new SelectRequest("[Flag: queue=0][Flag: blue] SELECT"));
        Assert.Equal(("sql", SelectionReasons.LowestCost, "SELECT", false), (answer.Model, answer.Reason, answer.Prompt, answer.Abstained));
        Assert.Equal(["general", "stories"], answer.Fallbacks);
        Assert.Equal(0.5, answer.Margin, 1e-5);
        Assert.Empty(answer.Goals);
        Assert.Equal((0.0, "blue"), (Assert.Single(answer.Flags.Applied).Value, Assert.Single(answer.Flags.Unknown)));
        Assert.Equal(8, answer.Router.Length);

        ExpertScore sql = answer.Experts[0];
        Assert.Equal(("sql", LossSources.Head), (sql.Model, sql.Source));
        Assert.Equal(1, sql.Loss!.Value, 1e-5);
        Assert.Equal(Math.Exp(-4), sql.Loss.Value - sql.Low!.Value, 1e-5);
        Assert.Equal(GoalNames.All.Order(), sql.Costs!.Keys.Order());

        Counterfactual size = answer.Counterfactuals.Single(other => other.Goal == GoalNames.Size);
        SelectResponse changed = await router.SelectAsync(new SelectRequest("SELECT")
        {
            Preset = PresetNames.Best,
            Goals = new Dictionary<string, double> { [GoalNames.Size] = size.Weight },
        });
        Assert.Equal(size.Model, changed.Model);
        Assert.Equal(size.Weight, changed.Goals[GoalNames.Size]);

        Assert.Equal(1, await router.MetricAsync("godwit_router_selections_total", "sql", SelectionReasons.LowestCost));
        Assert.Equal(1, await router.MetricAsync("godwit_router_unknown_flags_total"));
        Assert.Equal(1, await router.MetricAsync("godwit_router_loaded"));
    }

    [Fact]
    public async Task What_instances_publish_counts()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, new TestRouter());
        SelectRequest request = new("princess") { Preset = PresetNames.Fast };
        Assert.Equal("stories", (await router.SelectAsync(request)).Model);

        // Its only instance is overrun, and takes a hundred times as long as the others: together that weighs more than half a nat.
        await redis.BeatAsync(Registration("stories"), Beat("stories", used: 256, waiting: 256, running: 32) with { StepMs = 100 });
        await redis.BeatAsync(Registration("general"), Beat("general") with { StepMs = 1 });
        await redis.BeatAsync(Registration("sql"), Beat("sql") with { StepMs = 1 });
        await router.Registry.UntilAsync(snapshot => snapshot.Instances.All(instance => instance.Status.StepMs > 0));
        SelectResponse answer = await router.SelectAsync(request);
        Assert.Equal("general", answer.Model);
        Assert.Equal(1, answer.Experts.Single(expert => expert.Model == "stories").Costs![GoalNames.Latency]);

        await redis.BeatAsync(Registration("sql"), Beat("sql", heartbeat: 3) with { State = InstanceState.Draining });
        await router.Registry.UntilAsync(snapshot => !snapshot.Find("sql-1")!.IsReady);
        Assert.Equal(
            ExclusionReasons.NoInstance, (await router.SelectAsync(new SelectRequest("select"))).Experts.Single(e => e.Model == "sql").Excluded);
    }

    [Fact]
    public async Task Without_a_router_file_the_generalist_is_chosen()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, file: null);
        SelectResponse answer = await router.SelectAsync(new SelectRequest("select"));
        Assert.Equal(("general", SelectionReasons.NoRouter, ""), (answer.Model, answer.Reason, answer.Router));
        Assert.Equal("stories", (await router.SelectAsync(new SelectRequest("select") { Preset = PresetNames.Small })).Model);
    }

    [Fact]
    public async Task The_library_is_listed()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, new TestRouter
        {
            Change = manifest => manifest with
            {
                Experts = [.. manifest.Experts.Select(expert => expert with { WeightsDigest = new string(expert.Id == "sql" ? 'b' : 'a', 64) })],
            },
        });
        using JsonDocument listing = JsonDocument.Parse(await router.Client.GetStringAsync("/library"));
        Assert.Equal(RunningRouter.Experts, listing.RootElement.GetProperty("router").GetProperty("experts").EnumerateArray().Select(e => e.GetString()));
        JsonElement[] experts = [.. listing.RootElement.GetProperty("experts").EnumerateArray()];
        Assert.Equal([false, true, false], experts.Select(expert => expert.GetProperty("is_stale").GetBoolean()));
        Assert.Equal([4_000_000, 1_000_000, 250_000], experts.Select(expert => expert.GetProperty("facts").GetProperty("parameters").GetInt64()));
    }

    [Theory]
    [InlineData("", 400, "invalid_json")]
    [InlineData("{", 400, "invalid_json")]
    [InlineData("""{"prompt":"\ud800"}""", 400, "invalid_json")]
    [InlineData("""{"prompt":1}""", 400, "invalid_json")]
    [InlineData("null", 400, "missing_required_parameter")]
    [InlineData("{}", 400, "missing_required_parameter")]
    [InlineData("""{"prompt":"p","preset":"slow"}""", 400, "invalid_value")]
    [InlineData("""{"prompt":"p","goals":{"beauty":1}}""", 400, "invalid_value")]
    [InlineData("""{"prompt":"p","goals":{"size":-1}}""", 400, "invalid_value")]
    [InlineData("""{"prompt":"p","max_tokens":-1}""", 400, "invalid_value")]
    [InlineData("""{"prompt":"p","models":[null]}""", 400, "invalid_value")]
    [InlineData("""{"prompt":"p"}""", 503, "server_is_overloaded")]
    public async Task What_cannot_be_answered_is_refused(string body, int status, string code)
    {
        await using RunningRouter router = await RunningRouter.StartAloneAsync(redis: null, new TestRouter());
        (int answered, JsonElement error) = await router.PostAsync(body);
        Assert.Equal((status, code), (answered, error.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Nobody_left_by_the_request_is_the_requests_fault()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, new TestRouter());
        (int status, JsonElement body) = await router.PostAsync("""{"prompt":"p","models":["nobody"]}""");
        Assert.Equal((400, "invalid_value"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("sql: not_allowed", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await router.MetricAsync("godwit_router_refusals_total", "invalid_value"));
    }

    [Fact]
    public async Task The_secret_is_wanted()
    {
        await using RunningRouter router = await RunningRouter.StartAloneAsync(
            redis: null, new TestRouter(), ("Godwit:Cluster:Secret", "0123456789abcdef"));
        Assert.Equal(403, (await router.PostAsync("""{"prompt":"p"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await router.Client.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task Hostile_prompts_are_answered_like_any_other()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, new TestRouter());
        foreach (string prompt in HostilePrompts.All)
        {
            SelectResponse answer = await router.SelectAsync(new SelectRequest(prompt));
            Assert.Contains(answer.Model, RunningRouter.Experts);
            Assert.True(answer.Flags.Unknown.Count <= PromptFlags.MaxReported);
        }
    }

    [Fact]
    public async Task Another_file_comes_into_force_while_requests_run_and_a_bad_one_does_not()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(redis, new TestRouter());
        using CancellationTokenSource done = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => AskAsync(router, done.Token))];
        string first = (await router.SelectAsync(new SelectRequest("select"))).Router;

        for (int i = 0; i < 5; i++)
        {
            await ChangesAsync(router, () => router.Replace(new TestRouter { Biases = [1.5f, 2, 2 + (0.01f * (i + 1))] }.ToBytes()));
        }

        string last = (await router.SelectAsync(new SelectRequest("select"))).Router;
        Assert.NotEqual(first, last);
        router.Replace(new TestRouter { Experts = ["a", "b", "c"] }.ToBytes());
        await RefusedAsync(router, 1);
        router.Replace([1, 2, 3]);
        await RefusedAsync(router, 2);
        Assert.Equal(last, (await router.SelectAsync(new SelectRequest("select"))).Router);
        Assert.Equal(6, await router.MetricAsync("godwit_router_files_total", "loaded"));

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(clients), asked => Assert.NotEqual(0, asked));
    }

    private static InstanceRegistration Registration(string expert) =>
        TestInstances.Registration($"{expert}-1", expert, boot: RunningRouter.Boot);

    private static InstanceStatus Beat(string expert, long heartbeat = 2, int used = 0, int waiting = 0, int running = 0) =>
        TestInstances.Status(Registration(expert), heartbeat, used, waiting, running);

    private static async Task<int> AskAsync(RunningRouter router, CancellationToken done)
    {
        int asked = 0;
        for (; !done.IsCancellationRequested; asked++)
        {
            Assert.Equal("sql", (await router.SelectAsync(new SelectRequest("select"))).Model);
        }

        return asked;
    }

    private static async Task ChangesAsync(RunningRouter router, Action change)
    {
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Note() => changed.TrySetResult();
        router.Slot.Changed += Note;
        change();
        await changed.Task.WaitAsync(Waiting.Deadline);
        router.Slot.Changed -= Note;
    }

    private static async Task RefusedAsync(RunningRouter router, int times)
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (!(await router.Client.GetStringAsync("/metrics", deadline.Token))
            .Contains($$"""godwit_router_files_total{outcome="refused"} {{times}}""", StringComparison.Ordinal))
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
