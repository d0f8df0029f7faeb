using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Godwit.Testing;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Godwit.Worker;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Training.Tests.Selection.Labels;

/// <summary>Labels from real workers over HTTP.</summary>
public sealed class LabelCollectorTests : IAsyncLifetime
{
    private const string Story = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.";

    private readonly List<WebApplication> _workers = [];
    private readonly List<ExpertServer> _servers = [];
    private readonly List<ServedExpert> _experts = [];
    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync()
    {
        foreach (string model in new[] { "stories260k", "babyllama" })
        {
            WebApplication worker = WorkerProgram.Build(TestHosts.Builder(
                ("Worker:Model:Path", BundledModel.Folder(model)),
                ("Worker:Model:Threads", "1"),
                ("Worker:Listener:Port", "0"),
                ("Worker:Instance:Id", model),
                ("Worker:Engine:KvBlocks", "200")));
            await worker.StartAsync();
            _workers.Add(worker);
            ExpertServer server = new(worker.AddressesOf().Single());
            _servers.Add(server);
            _experts.AddRange(await server.ListAsync());
        }
    }

    public async Task DisposeAsync()
    {
        _servers.ForEach(server => server.Dispose());
        foreach (WebApplication worker in _workers)
            await worker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void AServerSaysWhatItServes()
    {
        Assert.Equal(["stories260k", "babyllama"], _experts.Select(expert => expert.Id));
        Assert.All(_experts, expert => Assert.Matches("^[0-9a-f]{64}$", expert.Digest));
        Assert.Equal([512, 256], _experts.Select(expert => expert.ContextLength));
    }

    [Fact]
    public async Task ALoss_IsMinusTheSumOfTheTextsLogprobsPerByte()
    {
        using HttpClient client = new() { BaseAddress = _workers[0].AddressesOf().Single() };
        using HttpResponseMessage response = await client.PostAsJsonAsync("/v1/completions", new JsonObject
        {
            ["model"] = "stories260k",
            ["prompt"] = Story,
            ["max_tokens"] = 1,
            ["prompt_logprobs"] = 0,
        });
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        double sum = answer["choices"]![0]!["prompt_logprobs"]!.AsArray().Where(token => token is not null)
            .Sum(token => token!.AsObject().First().Value!["logprob"]!.GetValue<double>());
        double? loss = await _experts[0].Server.LossAsync("stories260k", Story);
        Assert.Equal(-sum / Story.Length, loss!.Value, 1e-4);
        Assert.InRange(loss.Value, 0.01, 1);
        Assert.True(loss < await _experts[0].Server.LossAsync("stories260k", "SELECT COUNT(*) FROM t WHERE x = 'Qz' ORDER BY 1;"));
    }

    [Fact]
    public async Task WhatIsKnown_IsNotAskedForAgain_UnlessTheWeightsAreOthers()
    {
        Prompt[] prompts = [.. Enumerable.Range(1, 12).Select(i => Of($"{Story[..(20 + i)]}"))];
        IReadOnlyList<LabelledPrompt> first, second;
        List<LabelProgress> told = [];
        using (LabelStore store = LabelStore.Open(_folder.File("labels.jsonl")))
        {
            first = await new LabelCollector(store, 4).CollectAsync(prompts, _experts, progress: new Heard(told));
            Assert.Equal(24, told.Max(progress => progress.Asked));
            Assert.Equal(12, told.Max(progress => progress.Prompts));
        }

        told.Clear();
        using (LabelStore store = LabelStore.Open(_folder.File("labels.jsonl")))
        {
            Assert.Equal(24, store.Count);
            second = await new LabelCollector(store, 4).CollectAsync(prompts, _experts, progress: new Heard(told));
            Assert.Equal(0, told.Max(progress => progress.Asked));
            Assert.Equal(prompts.Select(prompt => prompt.Text), second.Select(prompt => prompt.Text));
            Assert.All(first.Zip(second), pair => Assert.All(
                pair.First.Losses, loss => Assert.Equal(loss.Value, pair.Second.Losses[loss.Key])));

            told.Clear();
            ServedExpert changed = _experts[1] with { Digest = "another" };
            await new LabelCollector(store, 4).CollectAsync(prompts, [_experts[0], changed], progress: new Heard(told));
            Assert.Equal(12, told.Max(progress => progress.Asked));
        }
    }

    [Fact]
    public async Task ATextTooLongForOne_IsCutForAll()
    {
        string longText = string.Concat(Enumerable.Repeat(Story + " ", 6));
        using LabelStore store = LabelStore.Open(_folder.File("labels.jsonl"));
        LabelledPrompt labelled = Assert.Single(await new LabelCollector(store).CollectAsync([Of(longText)], _experts));
        Assert.True(labelled.Text.Length is < 400 and > 80, $"{labelled.Text.Length}");
        Assert.StartsWith(labelled.Text, longText, StringComparison.Ordinal);
        foreach (ServedExpert expert in _experts)
            Assert.Equal((await expert.Server.LossAsync(expert.Id, labelled.Text))!.Value, labelled.Losses[expert.Id], 1e-6);
    }

    [Fact]
    public async Task TextsAreCutToWhatTheCallerAllows_BetweenCharacters()
    {
        using LabelStore store = LabelStore.Open(_folder.File("labels.jsonl"));
        LabelledPrompt labelled = Assert.Single(
            await new LabelCollector(store).CollectAsync([Of(new string('é', 30))], _experts, mostBytes: 41));
        Assert.Equal(new string('é', 20), labelled.Text);
    }

    [Fact]
    public async Task AModelThatNobodyServes_IsSaid() => Assert.Contains(
        "no-such-model",
        (await Assert.ThrowsAsync<LabelException>(() => _experts[0].Server.LossAsync("no-such-model", Story))).Message,
        StringComparison.Ordinal);

    private static Prompt Of(string text) =>
        new(PromptText.Digest(text)[..8], "stories", PromptSplits.Train, PromptVariants.Original, text);

    private sealed class Heard(List<LabelProgress> told) : IProgress<LabelProgress>
    {
        public void Report(LabelProgress value)
        {
            lock (told)
                told.Add(value);
        }
    }
}
