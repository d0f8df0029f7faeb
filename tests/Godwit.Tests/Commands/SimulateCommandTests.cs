using System.Text.Json.Nodes;
using System.Xml.Linq;
using Godwit.CommandLine.Commands;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Simulate;
using Godwit.Scheduler.Simulation;

namespace Godwit.CommandLine.Tests.Commands;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task Run_Json_HasTheFieldsThatScriptsRelyOn()
    {
        JsonObject json = Parse(await SimulateCommand.RunAsync(Settings("llumnix", "round-robin")));
        JsonArray policies = json["policies"]!.AsArray();
        Assert.Equal(["llumnix", "round-robin"], policies.Select(policy => (string)policy!["name"]!));
        foreach (JsonNode? policy in policies)
        {
            foreach (string figure in (string[])["ttft_s", "tpot_s", "latency_s"])
            {
                Assert.Equal(["mean", "p50", "p99"], policy![figure]!.AsObject().Select(field => field.Key));
                Assert.True((double)policy[figure]!["mean"]! > 0);
            }

            Assert.True((double)policy!["preemption_loss_s"]! >= 0);
            Assert.True((double)policy["migrations"]! >= 0);
            Assert.Equal(2, (double)policy["instances_mean"]!, 0.5);
            Assert.True((double)policy["instance_seconds"]! > 0);
            Assert.InRange((double)policy["fragmentation"]!, 0, 1);
        }
    }

    [Fact]
    public async Task Run_SameSeeds_GiveTheSameOutput() => Assert.Equal(
        SimulationJson.Write(await SimulateCommand.RunAsync(Settings("llumnix", "prefix"))),
        SimulationJson.Write(await SimulateCommand.RunAsync(Settings("llumnix", "prefix"))));

    [Fact]
    public async Task Run_SeveralSeeds_GiveTheMedian()
    {
        JsonNode policy = Parse(await SimulateCommand.RunAsync(Settings("least-loaded") with { Seeds = [1, 2, 3] }))["policies"]![0]!;
        double[] runs = [.. policy["runs"]!.AsArray().Select(run => (double)run!["ttft_s"]!["p99"]!).Order()];
        Assert.Equal(3, runs.Distinct().Count());
        Assert.Equal(runs[1], (double)policy["ttft_s"]!["p99"]!);
        Assert.Equal([1, 2, 3], policy["runs"]!.AsArray().Select(run => (int)run!["seed"]!));
    }

    [Fact]
    public async Task Run_HighShare_IsReportedByClass()
    {
        IReadOnlyList<SimulationReport> reports = await SimulateCommand.RunAsync(Settings("llumnix") with { HighShare = 0.2 });
        JsonNode policy = Parse(reports)["policies"]![0]!;
        Assert.True((double)policy["high"]!["latency_s"]!["mean"]! > 0);
        Assert.True((double)policy["normal"]!["ttft_s"]!["p99"]! > 0);
        Assert.Equal(5, SimulationTable.Lines(reports).Count());
    }

    [Fact]
    public async Task Run_PlotAndLog_AreWrittenAndReplayed()
    {
        using TemporaryFolder folder = new();
        SimulateSettings settings = Settings("llumnix", "power-of-two") with
        {
            Rates = [2, 3],
            Plot = folder.File("curves.svg"),
            Log = folder.File("decisions.jsonl"),
        };
        JsonObject json = Parse(await SimulateCommand.RunAsync(settings));
        Assert.Equal([2, 3], json["rates"]!.AsArray().Select(rate => (double)rate!["rate"]!));
        XElement svg = XDocument.Load(settings.Plot!).Root!;
        Assert.Equal(8, svg.Descendants().Count(element => element.Name.LocalName == "polyline"));

        (int decisions, IReadOnlyList<int> different) = SimulateCommand.Replay(settings.Log!);
        Assert.True(decisions >= 4 * 200);
        Assert.Empty(different);

        string[] lines = File.ReadAllLines(settings.Log!);
        int line = Array.FindIndex(lines, text => text.Contains("\"instance\":\"i000\"", StringComparison.Ordinal));
        lines[line] = lines[line].Replace("\"instance\":\"i000\"", "\"instance\":\"i001\"", StringComparison.Ordinal);
        File.WriteAllLines(settings.Log!, lines);
        Assert.Equal([line + 1], SimulateCommand.Replay(settings.Log!).Different);
        File.WriteAllText(settings.Log!, "nonsense");
        Assert.Contains("line 1", Assert.Throws<ConfigurationException>(() => SimulateCommand.Replay(settings.Log!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingTrace_IsOneLine()
    {
        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(
            () => SimulateCommand.RunAsync(Settings("llumnix") with { Workload = "mooncake", Traces = "/nowhere" }));
        Assert.Contains("/nowhere/mooncake-fast25/conversation_trace.jsonl", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_BenchOutput_IsTheLineThroughItsSteps()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("bench.json"), """
            {"runs":[{"concurrency":1,"prefill_tokens_per_s":500,"decode_tokens_per_s":100},
                     {"concurrency":11,"prefill_tokens_per_s":1000,"decode_tokens_per_s":550}]}
            """);
        EngineModel fit = StepTimeFit.Fit(EnginePresets.CpuWith110M, folder.File("bench.json"));
        Assert.Equal((9.0, 1.0, 1.0), (Math.Round(fit.StepMs, 6), Math.Round(fit.SequenceMs, 6), fit.PrefillTokenMs));
        File.WriteAllText(folder.File("bench.json"), "{}");
        Assert.Throws<ConfigurationException>(() => StepTimeFit.Fit(EnginePresets.CpuWith110M, folder.File("bench.json")));
    }

    [Theory]
    [InlineData("simulate --policy dice", "There is no policy 'dice'; there are llumnix, least-loaded, round-robin, power-of-two, prefix.")]
    [InlineData("simulate --autoscale 5", "--autoscale must be two numbers, the lower first: LO,HI.")]
    [InlineData("simulate --rate 0", "--rate must be numbers from 1E-06 to 1000000, separated by commas.")]
    [InlineData("simulate --instances 0", "--instances must be from 1 to 4096.")]
    [InlineData("simulate --high-share 2", "--high-share must be from 0 to 1.")]
    [InlineData("simulate --step-ms 1,2", "--step-ms must be four numbers, the first above 0: A,B,C,D.")]
    public void Parse_Mistake_IsOneReadableLine(string line, string expected) =>
        Assert.Equal(expected, ParseProblems.Describe(GodwitCommand.Create().Parse(line))[0]);

    private static SimulateSettings Settings(params string[] policies) =>
        new(policies, "M-M", Seeds: [1], Rates: [2], EnginePresets.LlamaOnA10) { Instances = 2, Requests = 200 };

    private static JsonObject Parse(IReadOnlyList<SimulationReport> reports) => JsonNode.Parse(SimulationJson.Write(reports))!.AsObject();
}
