using System.Text.Json.Nodes;
using Godwit.CommandLine.Bench;
using Godwit.CommandLine.Library;
using Godwit.Worker;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.Tests.Bench;

public sealed class EngineBenchCommandTests
{
    [Fact]
    public async Task Run_BundledModel_GivesOneRunPerConcurrency()
    {
        EngineBenchReport report = await EngineBenchCommand.RunAsync(Settings(promptTokens: 5), TextWriter.Null);
        Assert.Equal([1, 3], report.Runs.Select(run => run.Concurrency));
        Assert.All(report.Runs, run => Assert.True(
            run.PrefillTokensPerSecond > 0 && run.DecodeTokensPerSecond > 0 && run.FloorShare > 0 && double.IsFinite(run.FloorShare)));
        Assert.Equal(1, report.Runs[0].TimesOneStream);

        JsonObject json = JsonNode.Parse(report.ToJson().ToJsonString())!.AsObject();
        Assert.Equal(("babyllama", "f32", "exact", 1),
            ((string)json["model"]!, (string)json["format"]!, (string)json["mode"]!, (int)json["threads"]!));
        Assert.True((double)json["bandwidth_gb_s"]! > 0);
        Assert.True((double)json["load_seconds"]! > 0);
        Assert.Equal(
            ["concurrency", "prefill_tokens_per_s", "decode_tokens_per_s", "floor_share", "times_one_stream"],
            json["runs"]!.AsArray()[0]!.AsObject().Select(field => field.Key));
        Assert.Equal(5, report.ToTable().Count());
    }

    [Fact]
    public async Task Run_WithoutOneStream_HasNothingToCompareWith()
    {
        EngineBenchReport report = await EngineBenchCommand.RunAsync(Settings(promptTokens: 5) with { Concurrency = [3] }, TextWriter.Null);
        Assert.Null(Assert.Single(report.Runs).TimesOneStream);
        Assert.DoesNotContain("times_one_stream", report.ToJson().ToJsonString(), StringComparison.Ordinal);
        Assert.Matches(@"^ +3 +\d+ +[\d.]+ +- +[\d.]+ ?%$", report.ToTable().Last());
    }

    [Fact]
    public async Task Run_ResidentMemory_IsToldWhereLinuxTellsIt()
    {
        JsonObject json = (await EngineBenchCommand.RunAsync(Settings(promptTokens: 5), TextWriter.Null)).ToJson();
        foreach (string field in (string[])["rss_anon_bytes", "rss_file_bytes"])
        {
            // The runtime alone has some of either.
            Assert.Equal(OperatingSystem.IsLinux(), json[field] is { } bytes && (long)bytes > 0);
        }
    }

    [Fact]
    public async Task Run_FastWhereItChangesNothing_SaysExactAndALine()
    {
        StringWriter error = new();
        EngineBenchReport report = await EngineBenchCommand.RunAsync(Settings(promptTokens: 5, fast: true), error);
        Assert.Equal("exact", report.Arithmetic.Mode);
        Assert.StartsWith("godwit: --fast changes nothing here: it computes in cpu", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Run_LongerThanTheContext_IsAModelThatIsRefused() => Assert.Contains(
        "has a context of 256 tokens; prompt and answer have 260",
        (await Assert.ThrowsAsync<WorkerStartException>(
            () => EngineBenchCommand.RunAsync(Settings(promptTokens: 252), TextWriter.Null))).Message,
        StringComparison.Ordinal);

    private static EngineBenchSettings Settings(int promptTokens, bool fast = false) => new(
        new ModelOptions { Path = ModelFolders.Bundled().FolderOf("babyllama"), Threads = 1, Fast = fast },
        [1, 3],
        promptTokens,
        NewTokens: 8,
        Rounds: 2);
}
