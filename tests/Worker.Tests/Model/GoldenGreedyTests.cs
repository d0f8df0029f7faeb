using System.Text.Json;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tests.Engine;

namespace Godwit.Worker.Tests.Model;

/// <summary>The bundled models against greedy tokens made by an independent implementation (golden/*.json).</summary>
public sealed class GoldenGreedyTests
{
    [Theory]
    [InlineData("stories260k", "cpu")]
    [InlineData("stories260k", "torch")]
    [InlineData("babyllama", "cpu")]
    [InlineData("babyllama", "torch")]
    public async Task GreedyTokens_EqualTheGoldenOnes(string model, string backend)
    {
        string golden = Path.Combine(BundledModel.Folder("../tests/Worker.Tests/Model/golden"), model + ".json");
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(golden));
        using var fixture = new EngineFixture(model, backend: backend);
        int compared = 0;
        foreach (JsonElement goldenCase in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            int[] prompt = [.. goldenCase.GetProperty("prompt_ids").EnumerateArray().Select(e => e.GetInt32())];
            int[] all = [.. goldenCase.GetProperty("greedy_ids").EnumerateArray().Select(e => e.GetInt32())];
            Assert.Equal(prompt, fixture.Tokenizer.Encode(goldenCase.GetProperty("prompt").GetString()!, addSpecialTokens: true));

            int wanted = Math.Min(all.Length - prompt.Length, fixture.Engine.ContextLength - prompt.Length);
            var sampling = new SamplingParams { Temperature = 0, MaxTokens = wanted, IgnoreEos = true };
            var tokens = new List<int>();
            using Generation generation = fixture.Engine.Submit(new GenerationRequest("golden", [prompt], sampling));
            await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            {
                tokens.AddRange(output.TokenIds);
            }

            Assert.Equal(all[prompt.Length..(prompt.Length + wanted)], tokens);
            compared += wanted;
        }

        Assert.True(compared > 64);
    }
}
