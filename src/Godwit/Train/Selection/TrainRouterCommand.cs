using System.Globalization;
using Godwit.CommandLine.Configuration;
using Godwit.Training.Selection.Fit;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Spectre.Console;

namespace Godwit.CommandLine.Train.Selection;

/// <summary>
/// <c>godwit train router</c>: labels from the servers, a router from the labels. Interrupted, the same command asks only for the labels
/// that are missing.
/// </summary>
internal sealed class TrainRouterCommand
{
    private const string LabelledHeldOut = "heldout.jsonl.gz";
    private const int DigestLength = 64;

    private readonly TrainRouterSettings _settings;
    private readonly TextWriter _output;
    private readonly ProgressDisplay _progress;
    private readonly LabelCollector _collector;

    private TrainRouterCommand(TrainRouterSettings settings, IAnsiConsole console, TextWriter output, LabelStore store) =>
        (_settings, _output, _progress, _collector) =
            (settings, output, new ProgressDisplay(console, output), new LabelCollector(store, settings.Concurrency));

    /// <summary>Trains, or adds an expert to what was trained.</summary>
    /// <exception cref="ConfigurationException">A file is not what it should be, or nobody serves an expert.</exception>
    /// <exception cref="StartFailedException">A server does not give the labels.</exception>
    public static async Task<int> RunAsync(
        TrainRouterSettings settings, IAnsiConsole console, TextWriter output, CancellationToken cancel)
    {
        try
        {
            using ExpertServers servers = await ExpertServers.ConnectAsync(settings.Servers, cancel);
            using LabelStore store = LabelStore.Open(settings.Labels);
            TrainRouterCommand command = new(settings, console, output, store);
            await (settings.Add is { } added ? command.AddAsync(servers.Find([added])[0], cancel) : command.TrainAsync(servers, cancel));
            return ExitCodes.Success;
        }
        catch (LabelException e)
        {
            throw new StartFailedException(e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private async Task TrainAsync(ExpertServers servers, CancellationToken cancel)
    {
        IReadOnlyList<ServedExpert> experts = servers.Find(_settings.Models);
        if (experts.Count < 2)
            throw new ConfigurationException("There is nothing to choose: only one model is served.");
        ILookup<bool, Prompt> read = PromptFile.Read(_settings.Prompts).ToLookup(prompt => prompt.Split == PromptSplits.Hint);
        IReadOnlyList<LabelledPrompt> prompts = await LabelAsync("labels", [.. read[false]], experts, cancel);
        IReadOnlyList<LabelledPrompt> hints = DomainHints.Label(read[true], prompts);
        IReadOnlyList<LabelledPrompt> heldOut = _settings.HeldOut is { } file
            ? await LabelAsync("held-out labels", PromptFile.Read(file), experts, cancel)
            : [];
        TrainedRouter router = await _progress.RunAsync("router", _settings.Training.HintEpochs + _settings.Training.Epochs, report => Task.Run(
            () => new RouterTrainer(_settings.Training, TimeProvider.System).Train(
                [.. prompts, .. hints], [.. experts.Select(expert => (expert.Id, DigestOf(expert)))], new EpochWriter(report), cancel),
            cancel));
        router.Write(_settings.Output);
        Write($"{_settings.Output}: {string.Join(", ", experts.Select(expert => expert.Id))}");
        Describe("validation", router, [.. prompts.Where(prompt => prompt.Split == PromptSplits.Validation)]);
        if (heldOut.Count > 0)
        {
            string labelled = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_settings.Output))!, LabelledHeldOut);
            LabelledPromptFile.Write(labelled, heldOut);
            Write($"{labelled}: {heldOut.Count} prompts");
            foreach (IGrouping<string, LabelledPrompt> part in heldOut.GroupBy(
                prompt => prompt.Split == PromptSplits.Unseen ? PromptSplits.Unseen : $"held-out, {prompt.Variant}"))
                Describe(part.Key, router, [.. part]);
        }
    }

    private async Task AddAsync(ServedExpert expert, CancellationToken cancel)
    {
        TrainedRouter router = TrainedRouter.Read(_settings.Output);
        IReadOnlyList<Prompt> probes = HeadFitter.Probes(PromptFile.Read(_settings.Prompts), _settings.Probes);
        IReadOnlyList<LabelledPrompt> labelled = await LabelAsync("labels", probes, [expert], cancel);
        AddedExpert added = HeadFitter.Add(router, expert.Id, DigestOf(expert), labelled);
        added.Router.Write(_settings.Output);
        string served = added.HasHead ? "served by a head of its own" : "served by its means per cluster: a head did no better";
        Write($"{_settings.Output}: {expert.Id} added, {added.Probes} prompts, {served}");
        Write($"  off by {added.HeadError:F4} (head) and {added.MeansError:F4} (means) nats per byte on prompts that were left out");
    }

    private Task<IReadOnlyList<LabelledPrompt>> LabelAsync(
        string name, IReadOnlyList<Prompt> prompts, IReadOnlyList<ServedExpert> experts, CancellationToken cancel) =>
        _progress.RunAsync(name, prompts.Count, report => _collector.CollectAsync(
            prompts,
            experts,
            _settings.MostBytes,
            new LabelWriter(report),
            cancel));

    // The router's manifest has digests of weights or nothing.
    private static string DigestOf(ServedExpert expert) => expert.Digest.Length == DigestLength ? expert.Digest : "";

    private void Describe(string name, TrainedRouter router, IReadOnlyList<LabelledPrompt> prompts)
    {
        string[] experts = [.. router.Manifest.Experts.Where(expert => expert.HasHead).Select(expert => expert.Id)];
        ChoiceQuality quality = ChoiceQuality.Of(
            router.Predict(FeatureRows.Of([.. prompts.Select(prompt => prompt.Text)], router.Manifest.Features)),
            LabelMatrix.Of(prompts, experts));
        Write($"  {name}, {prompts.Count}: accuracy {quality.Accuracy:P1}, regret {quality.Regret:F4}, gap closed {quality.GapClosed:P0}");
        Write($"    best single expert: accuracy {quality.SingleAccuracy:P1}, regret {quality.SingleRegret:F4}");
    }

    private void Write(FormattableString text) => _output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class LabelWriter(Action<double, string> report) : IProgress<LabelProgress>
    {
        public void Report(LabelProgress value) => report(value.Prompts, $"{value.Asked} asked");
    }

    private sealed class EpochWriter(Action<double, string> report) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => report(value.Epoch, string.Create(
            CultureInfo.InvariantCulture,
            $"loss {value.TrainingLoss:F4}, on validation {value.ValidationLoss:F4}, accuracy {value.Validation.Accuracy:P1}, ")
            + string.Create(CultureInfo.InvariantCulture, $"regret {value.Validation.Regret:F4}"));
    }
}
