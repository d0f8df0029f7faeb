using System.Text.Json;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Train;
using Godwit.Contracts.Library;
using Godwit.Router.Prediction;
using Godwit.Router.Selection;
using Godwit.Training.Selection.Evaluation;
using Godwit.Training.Selection.Evaluation.Reports;
using Godwit.Training.Selection.Evaluation.RouteLlm;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Spectre.Console;

namespace Godwit.CommandLine.Eval;

/// <summary><c>godwit eval router</c>: a router file on labelled prompts, by the code that serves it, beside plain baselines.</summary>
internal static class EvalRouterCommand
{
    /// <summary>Evaluates.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="console">Shows progress where labels are collected.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ConfigurationException">A file is not what it should be, or the parts do not fit together.</exception>
    public static async Task<EvaluationReport> RunAsync(EvalRouterSettings settings, IAnsiConsole console, CancellationToken cancel)
    {
        try
        {
            using RouterModel model = Load(settings.Router);
            using LabelStore? store = OpenStore(settings);
            EvaluationSettings evaluation = new(LabelledPromptFile.Read(settings.Heldout), Cards(settings.Models))
            {
                Fitted = settings.Prompts is null ? [] : FittedPrompts.Find(PromptFile.Read(settings.Prompts), store!, model.Manifest),
                TokenMs = settings.TokenMs,
                Tables = settings.RouteLlm is null ? [] : ResponseTable.ReadAll(settings.RouteLlm),
                Policy = new SelectionOptions { Generalist = settings.Generalist }.ToSettings(),
                Epsilon = settings.Epsilon,
                Seed = settings.Seed,
            };
            if (settings.Experts is { } address)
            {
                evaluation = await RelabelAsync(evaluation, address, settings, store!, model.Manifest, console, cancel);
            }

            EvaluationReport report = RouterEvaluation.Run(model, evaluation);
            if (settings.Plot is { } folder)
            {
                Directory.CreateDirectory(folder);
                foreach (TradeOffReport tradeOff in report.Pareto)
                {
                    await File.WriteAllTextAsync(Path.Combine(folder, $"{tradeOff.Goal}.svg"), TradeOffPlot.Draw(tradeOff), cancel);
                }
            }

            return report;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or LabelException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private static RouterModel Load(string path)
    {
        try
        {
            return RouterFile.Read(path);
        }
        catch (RouterFileException e)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }
    }

    private static LabelStore? OpenStore(EvalRouterSettings settings) => settings switch
    {
        { Labels: { } file } => LabelStore.Open(file),
        { Experts: not null } => LabelStore.Open(
            Path.Combine(Directory.CreateTempSubdirectory("godwit-labels-").FullName, "labels.jsonl")),
        _ => null,
    };

    private static IReadOnlyList<ModelCard> Cards(string folder)
    {
        string path = Path.Combine(folder, ModelLibrary.FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, LibraryJson.Default.ModelLibrary)?.Models ?? [];
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }
    }

    private static async Task<EvaluationSettings> RelabelAsync(
        EvaluationSettings evaluation,
        Uri address,
        EvalRouterSettings settings,
        LabelStore store,
        RouterManifest router,
        IAnsiConsole console,
        CancellationToken cancel)
    {
        using ExpertServer server = new(address, settings.ApiKey);
        HashSet<string> known = [.. router.Experts.Select(expert => expert.Id)];
        ServedExpert[] served = [.. (await server.ListAsync(cancel)).Where(expert => known.Contains(expert.Id))];
        if (served.Length == 0)
        {
            throw new ConfigurationException($"{address} serves no expert that the router knows ({string.Join(", ", known)}).");
        }

        Prompt[] prompts = [.. evaluation.Heldout.Select(prompt =>
            new Prompt(prompt.Id, prompt.Domain, prompt.Split ?? PromptSplits.Test, prompt.Variant, prompt.Text))];
        IReadOnlyList<LabelledPrompt> labelled = await new ProgressDisplay(console, Console.Error).RunAsync("labels", prompts.Length, report =>
            new LabelCollector(store).CollectAsync(prompts, served, progress: new LabelWriter(report), cancel: cancel));
        IReadOnlyDictionary<string, double> times = settings.TokenMs.Count > 0
            ? settings.TokenMs
            : await ExpertClock.MeasureAsync(address, [.. served.Select(expert => expert.Id)], settings.ApiKey, cancel);
        return evaluation with { Heldout = labelled, TokenMs = times };
    }

    private sealed class LabelWriter(Action<double, string> report) : IProgress<LabelProgress>
    {
        public void Report(LabelProgress value) => report(value.Prompts, $"{value.Asked} asked");
    }
}
