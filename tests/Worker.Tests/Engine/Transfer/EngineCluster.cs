using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.Tests.Model;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>Several engines of one bundled model, their KV bookkeeping checked after every step, and one that nobody else uses.</summary>
internal sealed class EngineCluster : IDisposable
{
    private readonly ModelConfig _config;

    public EngineCluster(string model, EngineOptions options, int engines, Func<int, IModelRunner>? create = null)
    {
        string folder = BundledModel.Folder(model);
        _config = ModelConfig.Load(folder);
        Tokenizer = Tokenizer.Load(folder);
        options.CheckInvariants = true;
        HasJson = model == "stories260k";
        Options = options;
        var alone = new EngineOptions { PrefixCaching = false, MaxSequences = options.MaxSequences, KvBlocks = 1024 };
        Engines = [.. Enumerable.Range(0, engines).Select(_ => Start(folder, options, create))];
        Alone = Start(folder, alone, create);
        Constraints = new ConstraintCompiler(TokenTrie.Build(
            _config.VocabularySize,
            id => Tokenizer.IsSpecial(id) ? [] : Tokenizer.Decoder.BytesOf(id).ToArray(),
            _config.EosTokenIds));
    }

    public IReadOnlyList<EngineLoop> Engines { get; }

    public EngineLoop Alone { get; }

    public EngineOptions Options { get; }

    /// <summary>Whether JSON can be written in the model's vocabulary.</summary>
    public bool HasJson { get; }

    public ConstraintCompiler Constraints { get; }

    public Tokenizer Tokenizer { get; }

    public IReadOnlyList<int> Encode(string text) => Tokenizer.Encode(text, addSpecialTokens: true);

    /// <summary>What the request gives by itself.</summary>
    public Task<Transcript> RunAloneAsync(GenerationRequest request) => Transcript.ReadAsync(Alone.Submit(request));

    /// <summary>Waits until nothing is left anywhere; the deadline only guards against a hang.</summary>
    public async Task AssertAllFreeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (EngineLoop engine in Engines.Append(Alone))
        {
            while (!IsIdle(engine.Status))
            {
                Assert.False(deadline.IsCancellationRequested, $"{engine.Status}");
                await Task.Delay(1, CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        foreach (EngineLoop engine in Engines.Append(Alone))
        {
            engine.Dispose();
        }
    }

    private static bool IsIdle(EngineStatus status) => status.SequencesRunning + status.SequencesWaiting + status.RequestsWaiting == 0
        && status.KvBlocksUsed + status.ReservedBlocks == 0;

    private EngineLoop Start(string folder, EngineOptions options, Func<int, IModelRunner>? create) => new(
        create?.Invoke(options.KvBlocks) ?? Real(folder, options),
        Tokenizer,
        _config.EosTokenIds.ToHashSet(),
        _config.ContextLength,
        options);

    private PacedRunner Real(string folder, EngineOptions options)
    {
        using WeightFiles files = WeightFiles.Open(folder);
        var limits = new RunnerLimits(_config.ContextLength, options.MaxTokensPerStep, options.MaxSequences, options.KvBlocks);
        return new PacedRunner(Backends.Create("cpu", files, _config, limits));
    }
}
