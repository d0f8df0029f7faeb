using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.Tests.Model;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Engine;

/// <summary>An engine over one of the bundled models.</summary>
internal sealed class EngineFixture : IDisposable
{
    public EngineFixture(string model = "stories260k", EngineOptions? options = null, IModelRunner? runner = null, string backend = "cpu")
    {
        string folder = BundledModel.Folder(model);
        Options = options ?? new EngineOptions();
        ModelConfig config = ModelConfig.Load(folder);
        Tokenizer = Tokenizer.Load(folder);
        if (runner is null)
        {
            using WeightFiles files = WeightFiles.Open(folder);
            var limits = new RunnerLimits(
                config.ContextLength, Options.MaxTokensPerStep, Options.MaxSequences, Options.KvBlocks > 0 ? Options.KvBlocks : 2048);
            runner = Backends.Create(backend, files, config, limits);
        }

        Constraints = new ConstraintCompiler(TokenTrie.Build(
            config.VocabularySize,
            id => Tokenizer.IsSpecial(id) ? [] : Tokenizer.Decoder.BytesOf(id).ToArray(),
            config.EosTokenIds));
        Engine = new EngineLoop(runner, Tokenizer, config.EosTokenIds.ToHashSet(), config.ContextLength, Options);
    }

    public EngineLoop Engine { get; }

    public EngineOptions Options { get; }

    public ConstraintCompiler Constraints { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>Submits a request and reads all of it: per choice the tokens, the text and why it ended.</summary>
    public async Task<(List<int> Tokens, string Text, FinishReason? Finish)[]> RunAsync(
        SamplingParams sampling, params string[] prompts)
    {
        var results = prompts.Select(_ => (Tokens: new List<int>(), Text: "", Finish: (FinishReason?)null)).ToArray();
        using Generation generation = Submit(sampling, prompts);
        await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
        {
            ref var result = ref results[output.Choice];
            Assert.Null(result.Finish);
            Assert.Equal(result.Tokens.Count, output.FirstIndex);
            Assert.True(output.TokenIds.Count > 0);
            result.Tokens.AddRange(output.TokenIds);
            result.Text += output.Text;
            result.Finish = output.Finish;
        }

        return results;
    }

    public Generation Submit(SamplingParams sampling, params string[] prompts) => Engine.Submit(new GenerationRequest(
        Guid.NewGuid().ToString("n"), [.. prompts.Select(p => Tokenizer.Encode(p, addSpecialTokens: true))], sampling));

    /// <summary>Waits until the engine's status is as wanted; the deadline only guards against a hang.</summary>
    public async Task<EngineStatus> StatusAsync(Func<EngineStatus, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!wanted(Engine.Status))
        {
            await Task.Delay(1, deadline.Token);
        }

        return Engine.Status;
    }

    public void Dispose() => Engine.Dispose();
}
