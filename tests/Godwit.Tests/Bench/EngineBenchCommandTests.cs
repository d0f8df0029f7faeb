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
        EngineBenchReport report = await EngineBenchCommand.RunAsync(Settings(promptTokens: 5));
        Assert.Equal([1, 3], report.Runs.Select(run => run.Concurrency));
        Assert.All(report.Runs, run => Assert.True(
            run.PrefillTokensPerSecond > 0 && run.DecodeTokensPerSecond > 0 && run.FloorShare > 0 && double.IsFinite(run.FloorShare)));

        JsonObject json = JsonNode.Parse(report.ToJson().ToJsonString())!.AsObject();
        Assert.Equal(("babyllama", "f32", "exact", 1),
            ((string)json["model"]!, (string)json["format"]!, (string)json["mode"]!, (int)json["threads"]!));
        Assert.True((double)json["bandwidth_gb_s"]! > 0);
        Assert.Equal(
            ["concurrency", "prefill_tokens_per_s", "decode_tokens_per_s", "floor_share"],
            json["runs"]!.AsArray()[0]!.AsObject().Select(field => field.Key));
        Assert.Equal(4, report.ToTable().Count());
    }

    [Fact]
    public async Task Run_LongerThanTheContext_IsAModelThatIsRefused() => Assert.Contains(
        "has a context of 256 tokens; prompt and answer have 260",
        (await Assert.ThrowsAsync<WorkerStartException>(() => EngineBenchCommand.RunAsync(Settings(promptTokens: 252)))).Message,
        StringComparison.Ordinal);

    private static EngineBenchSettings Settings(int promptTokens) => new(
        new ModelOptions { Path = ModelFolders.Bundled().FolderOf("babyllama"), Threads = 1 },
        [1, 3],
        promptTokens,
        NewTokens: 8,
        Rounds: 2);
}
