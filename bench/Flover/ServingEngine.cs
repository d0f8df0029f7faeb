using Godwit.CommandLine.Bench;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;

namespace Godwit.Bench.Flover;

/// <summary>An engine with its model, without prefix cache.</summary>
internal sealed class ServingEngine : IDisposable
{
    private readonly EngineLoop _engine;
    private readonly int[] _words;

    private ServingEngine(LoadedModel model, EngineOptions options)
    {
        _engine = new EngineLoop(model.Runner, model.Tokenizer, new HashSet<int>(model.Config.EosTokenIds), model.ContextLength, options);
        _words = [.. Enumerable.Range(0, model.Config.VocabularySize)];
    }

    /// <summary>Loads it with room for so many sequences of so many tokens.</summary>
    public static ServingEngine Load(ModelOptions model, int sequences, int tokens)
    {
        EngineOptions options = new()
        {
            PrefixCaching = false,
            WatermarkShare = 0,
            MaxSequences = sequences,
            KvBlocks = sequences * KvBlock.Count(tokens),
        };
        return new ServingEngine(LoadedModel.Load(model, options), options);
    }

    /// <summary>A greedy answer, read to its end.</summary>
    public async Task AnswerAsync(int request, int promptTokens, int newTokens)
    {
        SamplingParams sampling = new() { Temperature = 0, MaxTokens = newTokens, IgnoreEos = true };
        IReadOnlyList<int> prompt = RandomPrompts.Make(_words, 1, promptTokens, request).Single();
        using Generation generation = _engine.Submit(new GenerationRequest($"flover-{request}", [prompt], sampling));
        await foreach (SequenceOutput _ in generation.Outputs.ReadAllAsync())
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
