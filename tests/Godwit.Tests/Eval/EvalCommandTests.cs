using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Godwit.CommandLine.Commands;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Eval;
using Godwit.Contracts.Library;
using Godwit.Router.Tests;
using Godwit.Training.Selection.Evaluation.Reports;
using Spectre.Console;

namespace Godwit.CommandLine.Tests.Eval;

/// <summary>A router file that goes by two keywords, on prompts whose labels are known.</summary>
public sealed class EvalCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvalCommandTests()
    {
        File.WriteAllBytes(_folder.File("router.onnx"), new TestRouter { Biases = [1.5f, 2, 2] }.ToBytes());
        File.WriteAllLines(_folder.File("heldout.jsonl"),
        [
            .. Enumerable.Range(0, 20).Select(i => Line($"sql/{i}", "sql", "original", $"select {TestRouter.Sql}", (1.6, 1.0, 2.0))),
            .. Enumerable.Range(0, 10).Select(i => Line($"stories/{i}", "stories", "original", TestRouter.Story, (1.6, 2.0, 1.1))),
            .. Enumerable.Range(0, 10).Select(i => Line($"stories/{i}", "stories", "original", $"A castle {i}", (1.6, 2.0, 1.1))),
            .. Enumerable.Range(0, 10).Select(i => Line($"recipes/{i}", "recipes", "original", $"Two eggs {i}", (1.4, 2.0, 2.0))),
            .. Enumerable.Range(0, 10).Select(i => Line($"sql/{i}", "sql", "normalised", TestRouter.Sql, (1.6, 1.0, 2.0))),
        ]);
        File.WriteAllText(_folder.File("library.json"), JsonSerializer.Serialize(
            new ModelLibrary([Card("general", 4), Card("sql", 2), Card("stories", 1)]), LibraryJson.Default.ModelLibrary));
    }

    private EvalRouterSettings Settings => new(_folder.File("router.onnx"), _folder.File("heldout.jsonl"), _folder.File(""));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Router_FiguresAreThoseOfTheLabels()
    {
        EvaluationReport report = await RunAsync(Settings);
        // The router knows castles for nothing in particular and takes the generalist: right on 30 of 40, 0.5 worse on the others.
        Assert.Equal((40, 0.75), (report.N, report.Accuracy));
        Assert.Equal(0.125, report.Regret, 9);
        Assert.Equal((10, 1.0), (report.Unseen!.N, report.Unseen.Accuracy));
        Assert.Equal((10, 1.0), (report.Normalised!.N, report.Normalised.Accuracy));
        Assert.Null(report.Spliced);
        Assert.Equal(1, report.Baselines.BestPerDomain.Accuracy);
        JsonObject json = JsonNode.Parse(EvaluationJson.Write(report))!.AsObject();
        Assert.Equal(0.75, (double)json["accuracy"]!);
        Assert.Equal(1, (double)json["baselines"]!["best_per_domain"]!["accuracy"]!);
    }

    [Fact]
    public async Task Router_PlotsAndTables_ShowEveryGroupAndGoal()
    {
        EvaluationReport report = await RunAsync(Settings with
        {
            Plot = _folder.File("plots"),
            TokenMs = new Dictionary<string, double> { ["general"] = 3, ["sql"] = 1, ["stories"] = 2 },
        });
        foreach (string goal in (string[])["size", "latency"])
        {
            XElement svg = XDocument.Load(Path.Combine(_folder.File("plots"), $"{goal}.svg")).Root!;
            Assert.Equal(25, svg.Descendants().Count(element => element.Name.LocalName == "circle"));
            Assert.Contains(svg.Descendants(), element => element.Value == "stories");
        }

        string[] lines = [.. EvaluationTable.Lines(report)];
        foreach (string begin in (string[])[
            "held-out, 40", "unseen domain, 10", "normalised copies, 10", "  knn_features", "sql ", "calibration", "abstention",
            "weight of size", "weight of latency", "a selection in process"])
        {
            Assert.Contains(lines, line => line.StartsWith(begin, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(lines, line => line.StartsWith("spliced", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Router_WhatCannotBeRead_IsOneLine()
    {
        await AssertRefusedAsync(Settings with { Router = _folder.File("none.onnx") }, "none.onnx");
        await AssertRefusedAsync(Settings with { Router = _folder.File("library.json") }, "library.json");
        await AssertRefusedAsync(Settings with { Heldout = _folder.File("none.jsonl") }, "none.jsonl");
        await AssertRefusedAsync(Settings with { RouteLlm = _folder.File("") }, "gsm8k_responses.csv");
    }

    [Fact]
    public void Experts_TableHasAStarAtTheBest()
    {
        IReadOnlyList<string> lines = EvalExpertsCommand.Run(_folder.File("heldout.jsonl"));
        Assert.Equal(["original prompts, nats per byte:", "normalised prompts, nats per byte:"], lines.Where(line => line.EndsWith(':')));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^sql +2\.0000 +1\.0000\* +2\.0000$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^general +1\.4000\* +1\.6000 +1\.6000$"));
    }

    [Theory]
    [InlineData("eval router --json --router r --heldout h --models m --experts http://h:1 --api-key k --epsilon 0.02 --seed 3")]
    [InlineData("eval router --prompts p --labels l --routellm d --plot d --token-ms a=1,b=2.5 --generalist g")]
    [InlineData("eval experts --heldout h --models m")]
    public void Parse_Documented_HasNoError(string line) => Assert.Empty(GodwitCommand.Create().Parse(line).Errors);

    [Theory]
    [InlineData("eval router --prompts p", "--prompts wants --labels too.")]
    [InlineData("eval router --experts nowhere", "--experts must be an address such as http://127.0.0.1:8080.")]
    [InlineData("eval router --token-ms a", "--token-ms must be experts and times above 0: ID=MS,ID=MS.")]
    [InlineData("eval router --epsilon -1", "--epsilon must be from 0 to 10.")]
    public void Describe_Mistake_IsOneReadableLine(string line, string expected) =>
        Assert.Equal(expected, ParseProblems.Describe(GodwitCommand.Create().Parse(line))[0]);

    private static Task<EvaluationReport> RunAsync(EvalRouterSettings settings) =>
        EvalRouterCommand.RunAsync(settings, AnsiConsole.Console, CancellationToken.None);

    private static async Task AssertRefusedAsync(EvalRouterSettings settings, string problem)
    {
        ConfigurationException refusal = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(settings));
        Assert.Contains(problem, Assert.Single(refusal.Problems), StringComparison.Ordinal);
    }

    private static string Line(string id, string domain, string variant, string text, (double General, double Sql, double Stories) losses) =>
        new JsonObject
        {
            ["id"] = id,
            ["domain"] = domain,
            ["variant"] = variant,
            ["text"] = text,
            ["losses"] = new JsonObject { ["general"] = losses.General, ["sql"] = losses.Sql, ["stories"] = losses.Stories },
        }.ToJsonString();

    private static ModelCard Card(string id, long millions) =>
        new(id, id, id, millions * 1_000_000, 512, "MIT", new DateOnly(2026, 1, 1), "");
}
