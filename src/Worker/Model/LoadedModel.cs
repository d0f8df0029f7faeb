using Godwit.Worker.ChatTemplates;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Cpu.Attention;
using Godwit.Worker.Model.Torch;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Model;

/// <summary>A model's folder, read and checked, with the runner that computes it.</summary>
/// <param name="Id">Id under which it is served.</param>
/// <param name="Created">Unix seconds of its files.</param>
/// <param name="Config">Shape.</param>
/// <param name="Tokenizer">Tokenizer.</param>
/// <param name="Templates">Chat templates and special tokens; may be empty.</param>
/// <param name="WeightsDigest">SHA-256 over config and weights.</param>
/// <param name="Runner">Computes it; whoever loads it disposes of it.</param>
/// <param name="ContextLength">Most tokens of one sequence, after the engine's own limit.</param>
/// <param name="Embedding">What embeddings it gives.</param>
internal sealed record LoadedModel(
    string Id,
    long Created,
    ModelConfig Config,
    Tokenizer Tokenizer,
    ChatTemplateSet Templates,
    string WeightsDigest,
    IModelRunner Runner,
    int ContextLength,
    EmbeddingShape Embedding)
{
    /// <summary>Reads the folder that the options name.</summary>
    /// <exception cref="ModelLoadException">One line: which file, and what is wrong with it.</exception>
    public static LoadedModel Load(ModelOptions model, EngineOptions engine)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model.Path));
        if (!Directory.Exists(folder))
        {
            throw new ModelLoadException(folder, "there is no such folder");
        }

        ModelConfig config = ModelConfig.Load(folder);
        (Tokenizer tokenizer, ChatTemplateSet templates) = LoadTexts(folder);
        EmbeddingShape embedding = EmbeddingReader.Read(folder, config.HiddenSize, model.Pooling);
        int context = engine.MaxContextTokens > 0 ? Math.Min(engine.MaxContextTokens, config.ContextLength) : config.ContextLength;
        if ((long)engine.MaxSequences * config.VocabularySize > Array.MaxLength)
        {
            throw new ModelLoadException(
                folder, $"{config.VocabularySize} logits of {engine.MaxSequences} sequences are too many; lower {EngineOptions.Section}:MaxSequences");
        }

        int threads = model.Threads > 0 ? model.Threads : Environment.ProcessorCount;
        IModelRunner runner = model.Runner switch
        {
            "simulated" => Simulate(model, engine, config, tokenizer, Limits(BlockMemory.BlockBytes(config, sizeof(float))).KvBlocks),
            "torch" => LoadTorch(folder, config, model.Device, Limits, threads),
            _ => LoadCpu(folder, config, model, Limits, threads),
        };
        return new LoadedModel(
            model.Id ?? Path.GetFileName(folder),
            new DateTimeOffset(File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json"))).ToUnixTimeSeconds(),
            config,
            tokenizer,
            templates,
            Model.WeightsDigest.Compute(folder),
            runner,
            context,
            embedding with { Size = runner.HiddenSize });

        RunnerLimits Limits(long blockBytes) => new(
            context, engine.MaxTokensPerStep, engine.MaxSequences, KvBlocks(folder, blockBytes, context, engine));
    }

    private static (Tokenizer Tokenizer, ChatTemplateSet Templates) LoadTexts(string folder)
    {
        try
        {
            return (Tokenizer.Load(folder), ChatTemplateSet.Load(folder));
        }
        catch (InvalidDataException error)
        {
            throw new ModelLoadException(error);
        }
    }

    private static CpuRunner LoadCpu(
        string folder, ModelConfig config, ModelOptions model, Func<long, RunnerLimits> limits, int threads)
    {
        WeightFiles files = WeightFiles.Open(folder);
        try
        {
            CpuFormats formats = CpuFormats.Choose(model, files, config.Family.Weights.NoWeights);
            return new CpuRunner(files, config, formats, limits(BlockMemory.BlockBytes(config, formats.KvBytes)), threads);
        }
        catch (OutOfMemoryException error)
        {
            files.Dispose();
            throw new ModelLoadException(folder, "needs more memory than there is", error);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static TorchRunner LoadTorch(string folder, ModelConfig config, string device, Func<long, RunnerLimits> limits, int threads)
    {
        using WeightFiles files = WeightFiles.Open(folder);
        return TorchRunner.Load(files, config, device, limits, threads);
    }

    private static SimulatedRunner Simulate(ModelOptions model, EngineOptions engine, ModelConfig config, Tokenizer tokenizer, int blocks)
    {
        double[] step = [.. model.StepMs.Split(',').Select(double.Parse)];
        int[] tokens = [.. Enumerable.Range(0, Math.Min(config.VocabularySize, tokenizer.VocabularySize))
            .Where(id => !tokenizer.IsSpecial(id) && !config.EosTokenIds.Contains(id))];
        return new SimulatedRunner(
            new SimulatedRunnerOptions(step[0], step[1], model.Seed, config.VocabularySize, tokens, engine.MaxSequences, blocks));
    }

    // No more than the batch can use, no more than the memory that was granted.
    private static int KvBlocks(string folder, long blockBytes, int context, EngineOptions engine)
    {
        if (engine.KvBlocks > 0)
        {
            return engine.KvBlocks;
        }

        long granted = engine.KvMemoryShare > 0
            ? (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * engine.KvMemoryShare)
            : (long)engine.KvMemoryMb * 1024 * 1024;
        long affordable = granted / blockBytes;
        long usable = (long)engine.MaxSequences * KvBlock.Count(context);
        return affordable > 0
            ? (int)Math.Min(Math.Min(affordable, usable), int.MaxValue)
            : throw new ModelLoadException(
                folder, $"one KV block needs {blockBytes} bytes, {EngineOptions.Section} grants {granted} (KvMemoryMb or KvMemoryShare)");
    }
}
