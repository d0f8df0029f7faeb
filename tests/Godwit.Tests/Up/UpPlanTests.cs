using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Library;
using Godwit.CommandLine.Up;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Tests.Up;

public sealed class UpPlanTests : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("godwit-models-").FullName;
    private readonly HashSet<int> _taken = [];

    public UpPlanTests()
    {
        foreach (string model in (string[])["stories260k", "babyllama"])
        {
            Directory.CreateDirectory(Path.Combine(_models, model));
            File.WriteAllText(Path.Combine(_models, model, "config.json"), "{}");
        }
    }

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public void Create_NothingConfigured_TakesTheDefaults()
    {
        UpPlan plan = Create();
        Assert.Equal((8080, 8089, 6379), (plan.Port, plan.AdminPort, plan.EmbeddedRedisPort));
        Assert.Equal((8081, 8082), (plan.RouterPort, plan.SchedulerPort));
        Assert.Equal(_models, plan.Library);
        Assert.Equal("127.0.0.1:6379", plan.Redis);
        Assert.Equal(
            [("worker-1", "stories260k", 8100), ("worker-2", "stories260k", 8101), ("worker-3", "babyllama", 8102)],
            plan.Workers.Select(worker => (worker.Instance, worker.Model, worker.Port)));
        Assert.Equal(Path.Combine(_models, "babyllama"), plan.Workers[2].Folder);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(8, 2)]
    [InlineData(96, 32)]
    public void Create_ThreeWorkers_ShareTheCores(int cores, int threads) => Assert.Equal(threads, Create(cores: cores).Threads);

    [Fact]
    public void Create_ThreadsAsked_AreTaken() => Assert.Equal(5, Create(threads: 5).Threads);

    [Fact]
    public void Create_DefaultPortsTaken_AllMoveButThePublicOne()
    {
        _taken.UnionWith([8081, 8082, 8089, 6379, 8100, 8101]);
        UpPlan plan = Create();
        Assert.Equal((8083, 8084, 8090, 6380), (plan.RouterPort, plan.SchedulerPort, plan.AdminPort, plan.EmbeddedRedisPort));
        Assert.Equal([8102, 8103, 8104], plan.Workers.Select(worker => worker.Port));
    }

    [Fact]
    public void Create_PublicPortTaken_IsOneClearLine()
    {
        _taken.Add(8080);
        StartFailedException e = Assert.Throws<StartFailedException>(() => Create());
        Assert.Equal("Port 8080 on 127.0.0.1 is taken; choose another one with --port.", e.Message);
    }

    [Fact]
    public void Create_ConfiguredPortTaken_IsNotMoved()
    {
        _taken.Add(9001);
        StartFailedException e = Assert.Throws<StartFailedException>(() => Create(new() { ["Gateway:Listener:AdminPort"] = "9001" }));
        Assert.Equal("Port 9001 on 127.0.0.1 is taken (Gateway:Listener:AdminPort).", e.Message);
    }

    [Fact]
    public void Create_RealRedis_StartsNone()
    {
        UpPlan plan = Create(new() { ["Godwit:Cluster:Redis"] = "10.0.0.5:6379" });
        Assert.Null(plan.EmbeddedRedisPort);
        Assert.Equal("10.0.0.5:6379", plan.Redis);
    }

    [Theory]
    [InlineData("Gateway:Listener:Port", "65536", "is not a port")]
    [InlineData("Gateway:Listener:AdminPort", "-1", "is not a port")]
    [InlineData("Gateway:Listener:Bind", "everywhere", "is not an IP address")]
    public void Create_WrongAddress_IsExplained(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Create(new() { [key] = value })).Message);

    private UpPlan Create(Dictionary<string, string?>? configuration = null, int? threads = null, int cores = 2) => UpPlan.Create(
        new UpSettings(
            new ConfigurationBuilder().AddInMemoryCollection(configuration ?? []).Build(),
            _models,
            ["stories260k=2", "babyllama=1"],
            All: false,
            threads,
            Separate: false,
            [],
            []),
        ModelFolders.Load(_models),
        new PortChoice((_, port) => !_taken.Contains(port)),
        cores);
}
