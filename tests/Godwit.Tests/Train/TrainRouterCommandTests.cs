using System.Text.Json;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Train.Selection;
using Godwit.Router.Prediction;
using Godwit.Training.Selection.Fit;
using Godwit.Training.Selection.Labels;
using Godwit.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Godwit.CommandLine.Tests.Train;

/// <summary>The whole way from prompts to a router file, with two real workers as experts.</summary>
public sealed class TrainRouterCommandTests : IAsyncLifetime
{
    private static readonly string[] s_models = ["babyllama", "stories260k"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("godwit-train-");
    private readonly List<WebApplication> _workers = [];

    public async Task InitializeAsync()
    {
        foreach (string model in s_models)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Worker:Model:Path"] = CommandLine.Library.ModelFolders.Bundled().FolderOf(model),
                ["Worker:Model:Threads"] = "1",
                ["Worker:Listener:Port"] = "0",
                ["Worker:Instance:Id"] = model,
                ["Worker:Engine:KvBlocks"] = "200",
                ["Logging:Console:LogLevel:Default"] = "None",
            });
            WebApplication worker = WorkerProgram.Build(builder);
            await worker.StartAsync();
            _workers.Add(worker);
        }

        Write("prompts.jsonl", 0, 220);
        Write("heldout-prompts.jsonl", 220, 30);
    }

    public async Task DisposeAsync()
    {
        foreach (WebApplication worker in _workers)
        {
            await worker.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task FromPromptsToARouter_AndAnExpertAddedToIt()
    {
        string said = await RunAsync(Settings with { HeldOut = PathOf("heldout-prompts.jsonl") });
        Assert.Contains("babyllama, stories260k", said, StringComparison.Ordinal);
        Assert.Contains("held-out, original, 30: accuracy", said, StringComparison.Ordinal);
        using (RouterModel router = RouterFile.Read(Settings.Output))
        {
            Assert.Equal(s_models, router.Manifest.Experts.Select(expert => expert.Id));
            Assert.All(router.Manifest.Experts, expert => Assert.Matches("^[0-9a-f]{64}$", expert.WeightsDigest));
        }

        IReadOnlyList<LabelledPrompt> heldOut = LabelledPromptFile.Read(PathOf("heldout.jsonl.gz"));
        Assert.Equal(30, heldOut.Count);
        Assert.All(heldOut, prompt => Assert.Equal(s_models, prompt.Losses.Keys));

        // Without the servers' help: all labels are known, so that the same router comes out.
        byte[] first = File.ReadAllBytes(Settings.Labels);
        await RunAsync(Settings with { Output = PathOf("again.onnx") });
        Assert.Equal(first, File.ReadAllBytes(Settings.Labels));
        Assert.Equal(TrainedRouter.Read(Settings.Output).Weights.Table, TrainedRouter.Read(PathOf("again.onnx")).Weights.Table);

        string added = await RunAsync(Settings with { Add = "babyllama", Probes = 150 });
        Assert.Contains("babyllama added, 150 prompts", added, StringComparison.Ordinal);
        using RouterModel rewritten = RouterFile.Read(Settings.Output);
        Assert.Equal(["stories260k", "babyllama"], rewritten.Manifest.Experts.Select(expert => expert.Id));
    }

    [Fact]
    public async Task AModelThatNobodyServes_IsAConfigurationError()
    {
        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunAsync(Settings with { Models = ["none", "babyllama"] }));
        Assert.Contains("Nobody serves none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneModelAlone_IsAConfigurationError() =>
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(Settings with { Models = ["babyllama"] }));

    [Fact]
    public async Task AMissingFile_IsAConfigurationError() =>
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(Settings with { Prompts = PathOf("none.jsonl") }));

    private TrainRouterSettings Settings => new(
        [.. _workers.Select(AddressOf)],
        PathOf("prompts.jsonl"),
        PathOf("router.onnx"),
        PathOf("labels.jsonl"),
        new TrainingSettings { Epochs = 2, Clusters = 4 });

    private static Uri AddressOf(WebApplication worker) =>
        new(worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static async Task<string> RunAsync(TrainRouterSettings settings)
    {
        using StringWriter output = new();
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Interactive = InteractionSupport.No });
        Assert.Equal(ExitCodes.Success, await TrainRouterCommand.RunAsync(settings, console, output, CancellationToken.None));
        return output.ToString();
    }

    private void Write(string file, int from, int count) => File.WriteAllLines(PathOf(file), Enumerable.Range(from, count).Select(i =>
        JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["text"] = i % 2 == 0
                ? $"Once upon a time, there were {i} little birds who loved to play in the park."
                : $"SELECT name, age FROM t{i} WHERE id = {i} ORDER BY age;",
        })));

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
