using Godwit.CommandLine.Configuration;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Tests.Configuration;

public sealed class GodwitConfigurationTests : IDisposable
{
    private static readonly KnownKeys Known = new(new Dictionary<string, Type>
    {
        ["Gateway:Listener"] = typeof(ListenerExample),
        ["Worker:Engine"] = typeof(EngineExample),
    });

    private readonly string _directory = Directory.CreateTempSubdirectory("godwit-configuration-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Load_FileInWorkingDirectory_IsRead()
    {
        Write("""{ "Gateway": { "Listener": { "Port": 9000 } } }""");
        Assert.Equal("9000", Load()["Gateway:Listener:Port"]);
    }

    [Fact]
    public void Load_NoFile_IsEmpty() => Assert.Null(Load()["Gateway:Listener:Port"]);

    [Fact]
    public void Load_EnvironmentBeatsFile_CommandLineBeatsBoth()
    {
        Write("""{ "Worker": { "Engine": { "MaxSequences": 1, "Shape": "file", "StepMs": 1.5 } } }""");
        const string variable = "GODWIT__Worker__Engine__Shape", both = "GODWIT__Worker__Engine__MaxSequences";
        Environment.SetEnvironmentVariable(variable, "environment");
        Environment.SetEnvironmentVariable(both, "2");
        try
        {
            IConfigurationRoot configuration = Load(new() { ["Worker:Engine:MaxSequences"] = "3" });
            Assert.Equal("3", configuration["Worker:Engine:MaxSequences"]);
            Assert.Equal("environment", configuration["Worker:Engine:Shape"]);
            Assert.Equal("1.5", configuration["Worker:Engine:StepMs"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
            Environment.SetEnvironmentVariable(both, null);
        }
    }

    [Fact]
    public void Load_UnknownKey_NamesItAndTheNearest()
    {
        Write("""{ "Gateway": { "Listener": { "Prot": 9000 } } }""");
        Assert.Equal(["Gateway:Listener:Prot: there is no such key; the nearest is Gateway:Listener:Port."], Problems());
    }

    [Theory]
    [InlineData("""{ "Gatway": { "Listener": { "Port": 9000 } } }""", "Gatway:Listener:Port: there is no such key; the nearest is Gateway:Listener:Port.")]
    [InlineData("""{ "Gateway": { "Listener": { "Port": "abc" } } }""", "Gateway:Listener:Port: 'abc' is not a whole number in range.")]
    [InlineData("""{ "Gateway": { "Listener": { "Port": { "Deep": 1 } } } }""", "Gateway:Listener:Port:Deep: there is no such key; the nearest is Gateway:Listener:Port.")]
    [InlineData("""{ "Worker": { "Engine": { "StepMs": "fast" } } }""", "Worker:Engine:StepMs: 'fast' is not a number.")]
    [InlineData("""{ "Worker": { "Engine": { "Cache": { "Kind": "Warm" } } } }""", "Worker:Engine:Cache:Kind: 'Warm' is not one of Paged, Flat.")]
    public void Load_Mistake_IsOneReadableLine(string json, string expected)
    {
        Write(json);
        Assert.Equal([expected], Problems());
    }

    [Fact]
    public void Load_SeveralMistakes_AreAllNamed()
    {
        Write("""{ "Gateway": { "Listener": { "Port": "x", "Bnd": "y" } } }""");
        Assert.Equal(2, Problems().Count);
    }

    [Fact]
    public void Load_NestedListsAndLogging_AreKnown()
    {
        Write("""
            {
              "Worker": { "Engine": { "Cache": { "Kind": "flat" }, "Names": ["a", "b"], "StepMs": 2 } },
              "Logging": { "LogLevel": { "Godwit": "Debug" } }
            }
            """);
        Assert.Equal("b", Load()["Worker:Engine:Names:1"]);
    }

    [Fact]
    public void Load_MalformedFile_NamesFileAndPlace()
    {
        Write("""{ "Gateway": """);
        string problem = Assert.Single(Problems());
        Assert.StartsWith(Path.Combine(_directory, "godwit.json"), problem);
        Assert.Contains("LineNumber: 0", problem);
    }

    [Fact]
    public void Load_NamedFileMissing_SaysSo()
    {
        ConfigurationException e = Assert.Throws<ConfigurationException>(
            () => GodwitConfiguration.Load("other.json", _directory, new Dictionary<string, string?>(), Known));
        Assert.Contains("other.json: there is no such file", Assert.Single(e.Problems));
    }

    [Fact]
    public void ParseAssignment_KeyAndValue() =>
        Assert.Equal(new("Worker:Engine:Shape", "a=b"), GodwitConfiguration.ParseAssignment("Worker:Engine:Shape=a=b"));

    [Theory]
    [InlineData("Worker:Engine:Shape")]
    [InlineData("=1")]
    public void ParseAssignment_NoKeyOrNoValue_IsRefused(string text) =>
        Assert.Throws<ConfigurationException>(() => GodwitConfiguration.ParseAssignment(text));

    private void Write(string json) => File.WriteAllText(Path.Combine(_directory, "godwit.json"), json);

    private IConfigurationRoot Load(Dictionary<string, string?>? commandLine = null) =>
        GodwitConfiguration.Load(null, _directory, commandLine ?? [], Known);

    private IReadOnlyList<string> Problems() => Assert.Throws<ConfigurationException>(() => Load()).Problems;

    private sealed class ListenerExample
    {
        public int Port { get; set; }

        public string? Bind { get; set; }
    }

    private sealed class EngineExample
    {
        public int? MaxSequences { get; set; }

        public double StepMs { get; set; }

        public string Shape { get; set; } = "";

        public IList<string> Names { get; } = [];

        public CacheExample Cache { get; set; } = new();
    }

    private sealed class CacheExample
    {
        public CacheKind Kind { get; set; }
    }

    private enum CacheKind
    {
        Paged,
        Flat,
    }
}
