using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Conversion;
using Godwit.Training.Experts.Corpora;
using Godwit.Training.Experts.Fit;
using Godwit.Training.Experts.Network;
using Godwit.Training.Experts.Vocabulary;
using Godwit.Worker.Model;
using Godwit.Worker.Tokenization;
using Spectre.Console;

namespace Godwit.CommandLine.Train.Experts;

/// <summary>
/// <c>godwit train expert</c>: small language models, one after the other, each a folder in Hugging Face layout. Interrupted, the same
/// command goes on where it was.
/// </summary>
internal sealed class TrainExpertCommand
{
    private const string TokenizerFile = "tokenizer.json";

    // Loss on these many texts of a domain is near enough to the loss on all to see how a training went.
    private const int HeldOutTexts = 100;

    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromMinutes(1);

    private readonly TrainExpertSettings _settings;
    private readonly IReadOnlyList<CorpusDocument> _documents;
    private readonly ProgressDisplay _progress;
    private readonly TextWriter _output;

    private TrainExpertCommand(
        TrainExpertSettings settings, IReadOnlyList<CorpusDocument> documents, IAnsiConsole console, TextWriter output) =>
        (_settings, _documents, _progress, _output) = (settings, documents, new ProgressDisplay(console, output), output);

    /// <summary>Trains them all.</summary>
    /// <returns>0, or 1 when it was interrupted.</returns>
    public static async Task<int> RunAsync(
        TrainExpertSettings settings, IAnsiConsole console, TextWriter output, CancellationToken cancellation)
    {
        try
        {
            if (settings.Threads is { } threads)
            {
                ExpertTrainer.UseThreads(threads);
            }

            Directory.CreateDirectory(settings.Work);
            TrainExpertCommand command = new(settings, CorpusReader.Read(settings.Corpora), console, output);
            foreach (string id in settings.Ids)
            {
                if (!await command.TrainAsync(id, cancellation))
                {
                    return ExitCodes.Failure;
                }
            }

            return ExitCodes.Success;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ModelLoadException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private async Task<bool> TrainAsync(string id, CancellationToken cancellation)
    {
        string folder = Path.Combine(_settings.Models, id);
        if (File.Exists(Path.Combine(folder, ExpertFiles.Weights)))
        {
            await _output.WriteLineAsync($"{id}: there already, {folder}");
            return true;
        }

        bool isGeneral = id == CorpusReader.General;
        string? from = isGeneral ? null : Path.Combine(_settings.Models, _settings.From ?? CorpusReader.General);
        string tokenizerFolder = from ?? await LearnTokenizerAsync();
        Tokenizer tokenizer = Tokenizer.Load(tokenizerFolder);
        ExpertShape shape = ExpertShape.Bundled;
        ExpertPlan plan = isGeneral
            ? new ExpertPlan(_settings.Steps ?? 4000, 8, 2e-3, 200, _settings.Seed)
            : new ExpertPlan(_settings.Steps ?? 500, 8, 1e-3, 50, _settings.Seed);
        long begun = Stopwatch.GetTimestamp();
        TokenWindows windows = new(
            _documents.Where(document => document.Split == CorpusSplit.Train && (isGeneral || document.Domain == id)),
            tokenizer, shape.Context, plan.Seed);
        if (windows.Tokens == 0)
        {
            throw new ConfigurationException(
                $"There is no text to train '{id}' on; the corpora have {CorpusReader.General}, {string.Join(", ", CorpusReader.Domains)}.");
        }

        string checkpoint = Path.Combine(_settings.Work, $"{id}.safetensors");
        using ExpertTrainer trainer = new(
            shape, plan, from is null ? null : Path.Combine(from, ExpertFiles.Weights), checkpoint, s_checkpointEvery);
        if (!await _progress.RunAsync(id, plan.Steps, report => Task.FromResult(
            trainer.Run(windows, progress => report(progress.Step, Describe(progress)), cancellation))))
        {
            await _output.WriteLineAsync($"{id}: interrupted; the same command goes on from {checkpoint}");
            return false;
        }

        Write(folder, id, shape, trainer.Weights, tokenizerFolder);
        File.Delete(checkpoint);
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        await _output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{id}: {shape.Parameters:N0} parameters, {windows.Tokens:N0} tokens a pass, {took.TotalMinutes:F1} min"));
        await _output.WriteLineAsync($"  nats per byte on held-out text: {HeldOut(trainer.Weights, tokenizer)}");
        return true;
    }

    private string HeldOut(ExpertWeights weights, Tokenizer tokenizer) => string.Join(", ", CorpusReader.Domains.Select(domain =>
    {
        IEnumerable<string> texts = _documents
            .Where(document => document.Split == CorpusSplit.Validation && document.Domain == domain)
            .Take(HeldOutTexts).Select(document => document.Text);
        return string.Create(CultureInfo.InvariantCulture, $"{domain} {ExpertLoss.Of(weights, tokenizer, texts):F3}");
    }));

    private async Task<string> LearnTokenizerAsync()
    {
        string file = Path.Combine(_settings.Work, TokenizerFile);
        if (!File.Exists(file))
        {
            int size = ExpertShape.Bundled.Vocabulary;
            JsonObject tokenizer = await _progress.RunAsync(
                "tokenizer", size, report => Task.FromResult(
                    ExpertTokenizer.Learn(TokenizerTexts(), size, tokens => report(tokens, "tokens"))));
            NewFolder.WriteJson(_settings.Work, TokenizerFile, tokenizer);
        }

        return _settings.Work;
    }

    private IEnumerable<string> TokenizerTexts() => _documents.Where(document => document.Split == CorpusSplit.Train)
        .SelectMany(document => new[] { document.Text, TextNormalization.Normalize(document.Text) });

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"loss {progress.Loss:F3}, {progress.TokensPerSecond:F0} tokens/s");

    private static void Write(string folder, string id, ExpertShape shape, ExpertWeights weights, string tokenizerFolder) =>
        NewFolder.Write(folder, partial =>
        {
            NewFolder.WriteJson(partial, "config.json", ExpertFiles.Config(id, shape));
            NewFolder.WriteJson(partial, "generation_config.json", ExpertFiles.GenerationConfig());
            NewFolder.WriteJson(partial, "tokenizer_config.json", ExpertTokenizer.Config(shape.Context));
            File.Copy(Path.Combine(tokenizerFolder, TokenizerFile), Path.Combine(partial, TokenizerFile));
            ExpertFiles.WriteWeights(Path.Combine(partial, ExpertFiles.Weights), weights);
        });
}
