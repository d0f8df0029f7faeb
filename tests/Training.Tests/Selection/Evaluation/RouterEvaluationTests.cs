using System.Text.Json.Nodes;
using Godwit.Contracts.Library;
using Godwit.Router.Prediction;
using Godwit.Router.Selection;
using Godwit.Training.Selection.Evaluation;
using Godwit.Training.Selection.Evaluation.Reports;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Godwit.Training.Tests.Selection.Fit;

namespace Godwit.Training.Tests.Selection.Evaluation;

/// <summary>A trained router file, read and run as the Router does, on prompts of made-up words.</summary>
public sealed class RouterEvaluationTests : IClassFixture<TrainedOnce>, IDisposable
{
    private static readonly LabelledPrompt[] s_heldout =
        [.. MadeUpPrompts.Make(300, seed: 21).Select(prompt => prompt with { Split = PromptSplits.Test })];

    private static readonly LabelledPrompt[] s_all =
    [
        .. s_heldout,
        .. s_heldout.Take(60).Select(prompt => prompt with { Variant = PromptVariants.Normalised, Text = prompt.Text.ToUpperInvariant() }),
        .. MadeUpPrompts.Make(60, seed: 22).Select((prompt, i) => prompt with
        {
            Id = $"spliced/{i}", Variant = PromptVariants.Spliced, Domain = "north+west",
        }),
        .. MadeUpPrompts.Make(60, seed: 23).Select((prompt, i) => prompt with
        {
            Id = $"unseen/{i}", Split = PromptSplits.Unseen, Domain = "up", Text = $"words that nobody knows, number {i}",
        }),
    ];

    private static readonly ModelCard[] s_cards = [.. MadeUpPrompts.Experts.Select((id, i) =>
        new ModelCard(id, id, id, 1_000_000 * (i + 1), 512, "MIT", new DateOnly(2026, 1, 1 + i), ""))];

    private readonly TemporaryFolder _folder = new();
    private readonly RouterModel _router;

    public RouterEvaluationTests(TrainedOnce trained)
    {
        trained.Router.Write(_folder.File("router.onnx"));
        _router = RouterFile.Read(_folder.File("router.onnx"));
    }

    public void Dispose()
    {
        _router.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheReport_PutsTheRouterBetweenItsBaselinesAndTheOracle()
    {
        EvaluationReport report = RouterEvaluation.Run(_router, Settings());
        Assert.Equal(s_heldout.Length, report.N);
        Assert.Equal((60, 60, 60), (report.Unseen!.N, report.Spliced!.N, report.Normalised!.N));
        Assert.True(report.Accuracy > report.Baselines.Random.Accuracy);
        Assert.True(report.Regret < report.Baselines.BestSingle.Regret);
        Assert.True(report.Baselines.BestSingle.Regret <= report.Baselines.Random.Regret);
        Assert.True(report.GapClosed > 0.3, $"{report.GapClosed}");
        Assert.Equal(1 - (report.Regret / report.Baselines.BestSingle.Regret), report.GapClosed!.Value, 9);
        Assert.InRange(report.Accuracy, report.AccuracyInterval.Low, report.AccuracyInterval.High);
        Assert.InRange(report.Regret, report.RegretInterval.Low, report.RegretInterval.High);
        Assert.Equal(report.Baselines.Random.Regret - report.Regret, report.Baselines.Random.RegretOverRouter, 9);
        Assert.Equal(s_heldout.Length, report.Domains.Sum(domain => domain.N));
        Assert.Equal(report.Regret, report.Domains.Sum(domain => domain.N * domain.Regret) / report.N, 9);
        Assert.Equal(1, report.Experts.Sum(expert => expert.Best), 9);
        Assert.Equal(1, report.Experts.Sum(expert => expert.Chosen), 9);
        Assert.True(report.Calibration.Ece < report.Calibration.Error + 1e-9);
        Assert.True(report.LatencyMs.P50 <= report.LatencyMs.P99);
        Assert.InRange(report.Robustness.Normalised!.Value, 0.8, 1); // Of case its features see only how much there is.
    }

    [Fact]
    public void Choices_AreThoseOfThePolicy()
    {
        EvaluatedRouter router = new(
            _router, MadeUpPrompts.Experts.ToHashSet(), s_cards, new Dictionary<string, double>(), Policy(deviations: 0));
        Assert.All(s_heldout, prompt =>
        {
            RoutedPrompt routed = router.Route(prompt);
            Assert.Equal(Array.IndexOf(routed.Predicted, routed.Predicted.Min()), routed.BestChoice);
            Assert.Equal(routed.BestChoice, router.Choose(prompt.Text));
        });
    }

    [Fact]
    public void ASweep_EndsAtTheSmallestExpert()
    {
        TradeOffReport size = Assert.Single(RouterEvaluation.Run(_router, Settings()).Pareto);
        Assert.Equal("size", size.Goal);
        Assert.Equal(0, size.Points[0].Weight);
        Assert.Equal(1, size.Points[^1].Cost, 9);
        Assert.True(size.Points[0].Cost > size.Points[^1].Cost);
        Assert.True(size.Points[0].Loss < size.Points[^1].Loss);
        Assert.True(size.Hypervolume >= size.ExpertsHypervolume);
        Assert.True(size.Aiq >= size.ExpertsAiq);
        EvaluationReport timed = RouterEvaluation.Run(_router, Settings() with
        {
            TokenMs = MadeUpPrompts.Experts.Index().ToDictionary(expert => expert.Item, expert => 6.0 - expert.Index),
        });
        Assert.Equal(["size", "latency"], timed.Pareto.Select(tradeOff => tradeOff.Goal));
        Assert.Equal(2, timed.Pareto[1].Points[^1].Cost, 9);
    }

    [Fact]
    public void Baselines_CanBeFittedOnTheRoutersOwnPrompts()
    {
        EvaluationReport folds = RouterEvaluation.Run(_router, Settings());
        EvaluationReport own = RouterEvaluation.Run(_router, Settings() with { Fitted = MadeUpPrompts.Make(600, seed: 7) });
        Assert.Contains("300 held-out prompts, five folds", folds.BaselinesFittedOn, StringComparison.Ordinal);
        Assert.Contains("600 labelled prompts", own.BaselinesFittedOn, StringComparison.Ordinal);
        Assert.Equal(folds.Regret, own.Regret);
        Assert.NotEqual(folds.Baselines.KnnFeatures.Regret, own.Baselines.KnnFeatures.Regret);
    }

    [Fact]
    public void Json_HasTheFieldsThatScriptsRelyOn_AndIsTheSameForTheSameSeed()
    {
        JsonObject json = JsonNode.Parse(EvaluationJson.Write(RouterEvaluation.Run(_router, Settings())))!.AsObject();
        Assert.Equal(s_heldout.Length, (int)json["n"]!);
        Assert.All((string[])["accuracy", "regret", "gap_closed"], name => Assert.True(double.IsFinite((double)json[name]!)));
        Assert.All((string[])["random", "best_single", "best_per_domain", "knn"], name => Assert.All(
            (string[])["accuracy", "regret"], figure => Assert.True(double.IsFinite((double)json["baselines"]![name]![figure]!))));
        Assert.Equal(60, (int)json["unseen"]!["n"]!);
        Assert.True((double)json["unseen"]!["regret"]! >= 0);
        Assert.All((string[])["p50", "p99"], name => Assert.True((double)json["latency_ms"]![name]! > 0));

        JsonObject again = JsonNode.Parse(EvaluationJson.Write(RouterEvaluation.Run(_router, Settings())))!.AsObject();
        json.Remove("latency_ms");
        again.Remove("latency_ms");
        Assert.Equal(json.ToJsonString(), again.ToJsonString());
    }

    [Fact]
    public void Abstention_GivesMoreToTheGeneralist()
    {
        EvaluationReport report = RouterEvaluation.Run(_router, Settings());
        AbstentionReport[] settings = [.. report.Abstention.Where(setting => !setting.OutOfDomain)];
        Assert.Equal(0, settings[0].Abstained);
        Assert.Equal(report.AutoBest.Regret, settings[0].Regret, 9);
        Assert.Equal(settings.Select(setting => setting.Abstained).Order(), settings.Select(setting => setting.Abstained));
        Assert.True(settings[^1].Abstained > 0);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        Dictionary<string, double> one = new() { ["north"] = 1 };
        AssertRefused("nothing to choose", s_heldout.Select(prompt => prompt with { Losses = one }));
        AssertRefused("variant 'rhymed'", s_heldout.Select(prompt => prompt with { Variant = "rhymed" }));
        AssertRefused("no original prompt", s_heldout.Select(prompt => prompt with { Split = PromptSplits.Unseen }));
        AssertRefused("a loss that is no number", s_heldout.Select(prompt => prompt with
        {
            Losses = prompt.Losses.ToDictionary(loss => loss.Key, loss => -loss.Value),
        }));
    }

    private static EvaluationSettings Settings() => new(s_all, s_cards) { Policy = Policy() };

    private static SelectionSettings Policy(double deviations = 0.1) => new SelectionOptions
    {
        Generalist = MadeUpPrompts.Generalist,
        AbstainDeviations = deviations,
        AbstainOutOfDomain = deviations > 0,
    }.ToSettings();

    private void AssertRefused(string problem, IEnumerable<LabelledPrompt> prompts) => Assert.Contains(
        problem,
        Assert.Throws<InvalidDataException>(() => RouterEvaluation.Run(_router, new EvaluationSettings([.. prompts], s_cards))).Message,
        StringComparison.OrdinalIgnoreCase);
}
