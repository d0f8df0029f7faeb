using System.Diagnostics;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;

namespace Godwit.CommandLine.Bench;

/// <summary>
/// The engine of a worker alone, without a server: its runner, its batch planner and its sampler, on random prompts of which no two begin
/// alike.
/// </summary>
internal sealed class MeasuredEngine : IDisposable
{
    private readonly StepLog _steps;
    private readonly EngineLoop _engine;
    private readonly int[] _words;
    private int _runs;

    private MeasuredEngine(LoadedModel model, EngineOptions options)
    {
        Model = model;
        _steps = new StepLog(model.Runner);
        _engine = new EngineLoop(_steps, model.Tokenizer, model.Config.EosTokenIds.ToHashSet(), model.ContextLength, options);
        _words = [.. Enumerable.Range(0, Math.Min(model.Config.VocabularySize, model.Tokenizer.VocabularySize))
            .Where(id => !model.Tokenizer.IsSpecial(id))];
    }

    /// <summary>What it runs.</summary>
    public LoadedModel Model { get; }

    /// <summary>Loads a model and makes room for the largest run.</summary>
    /// <param name="model">The model, and how it is computed.</param>
    /// <param name="streams">Most streams at once.</param>
    /// <param name="tokens">Most tokens of one stream, prompt and answer.</param>
    /// <exception cref="ModelLoadException">It cannot be loaded, or its context is shorter.</exception>
    public static MeasuredEngine Load(ModelOptions model, int streams, int tokens)
    {
        EngineOptions options = new() { PrefixCaching = false, WatermarkShare = 0, KvBlocks = streams * KvBlock.Count(tokens) };
        options.MaxSequences = Math.Max(options.MaxSequences, streams);
        options.MaxTokensPerStep = Math.Max(options.MaxTokensPerStep, options.MaxSequences);
        LoadedModel loaded = LoadedModel.Load(model, options);
        if (loaded.ContextLength >= tokens)
            return new MeasuredEngine(loaded, options);
        loaded.Runner.Dispose();
        throw new ModelLoadException(model.Path, $"has a context of {loaded.ContextLength} tokens; prompt and answer have {tokens}");
    }

    /// <summary>Greedy answers to so many prompts at once, all of the same length.</summary>
    public async Task<EngineSpeed> MeasureAsync(int streams, int promptTokens, int newTokens)
    {
        _steps.Start(promptTokens);
        IReadOnlyList<int>[] prompts = [.. RandomPrompts.Make(_words, streams, promptTokens, _runs++)];
        SamplingParams sampling = new() { Temperature = 0, MaxTokens = newTokens, IgnoreEos = true };
        long start = Stopwatch.GetTimestamp();
        // One request with many prompts: all are there before the first step is planned.
        using Generation generation = _engine.Submit(new GenerationRequest($"bench-{_runs}", prompts, sampling));
        await foreach (SequenceOutput _ in generation.Outputs.ReadAllAsync())
        {
        }

        return EngineSpeed.Of(start, _steps.Steps);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
