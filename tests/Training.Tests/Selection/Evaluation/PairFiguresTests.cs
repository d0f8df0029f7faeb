using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.RouteLlm;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class PairFiguresTests
{
    [Fact]
    public void OfTheOracle_ByHand()
    {
        // Of ten prompts the strong model gains on two: the first 20 % of calls recover all.
        double[] strong = [.. Enumerable.Range(0, 10).Select(i => i < 8 ? 1.0 : 0.0)];
        double[] weak = [.. Enumerable.Range(0, 10).Select(i => i < 6 ? 1.0 : 0.0)];
        double[] scores = [.. Enumerable.Range(0, 10).Select(i => i is 6 or 7 ? 10.0 - i : i / 100.0)];
        PairFigures figures = PairFigures.Of(scores, weak, strong);
        Assert.Equal(new PairPoint(0, 0.6), figures.Points[0]);
        Assert.Equal(new PairPoint(1, 0.8), figures.Points[^1]);
        // Recovered at shares 0, 0.1, 0.2, …: 0, 0.5, 1, 1, …; trapezia: 0.025 + 0.075 + 0.8.
        Assert.Equal(0.9, figures.Apgr, 12);
        Assert.Equal(0.1, figures.Cpt50!.Value, 12);
        Assert.Equal(0.16, figures.Cpt80!.Value, 12);
    }

    [Fact]
    public void OfScoresThatSayNothing_IsHalf()
    {
        Random random = new(5);
        double[] strong = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble() < 0.8 ? 1.0 : 0.0)];
        double[] weak = [.. strong.Select(_ => random.NextDouble() < 0.4 ? 1.0 : 0.0)];
        PairFigures figures = PairFigures.Of([.. strong.Select(_ => random.NextDouble())], weak, strong);
        Assert.InRange(figures.Apgr, 0.47, 0.53);
        Assert.InRange(figures.Cpt50!.Value, 0.45, 0.55);
    }

    [Fact]
    public void Tables_AreReadWithQuotesAndLineEnds_AndAnyRouterIsMeasured()
    {
        string folder = Directory.CreateTempSubdirectory("godwit-routellm-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "evals", "mmlu", "responses"));
            for (int subject = 0; subject < 2; subject++)
            {
                string rows = string.Concat(Enumerable.Range(0, 40).Select(i =>
                    $"\"Question {i} of {subject}, with \"\"quotes\"\"\nA. yes\nAnswer:\",{i % 4 == 0},{i % 4 == 0 || subject == 1}\n"));
                File.WriteAllText(
                    Path.Combine(folder, "evals", "mmlu", "responses", $"mmlu_{subject}.csv"), "prompt,weak-model,strong-model\n" + rows);
            }

            ResponseTable table = Assert.Single(ResponseTable.ReadAll(folder));
            Assert.Equal(["weak-model", "strong-model"], table.Models);
            Assert.Equal(80, table.Prompts.Count);
            Assert.Equal("Question 0 of 0, with \"quotes\"\nA. yes\nAnswer:", table.Prompts[0].Text);

            // The subject is a feature, so that everything but chance can tell where the strong model gains.
            PairReport report = PairEvaluation.Run(
                table, text => text.Contains("of 1", StringComparison.Ordinal) ? Features(1) : Features(0), 16, 1);
            Assert.Equal(("weak-model", "strong-model", 40, 40), (report.Weak, report.Strong, report.Fitted, report.N));
            double subjects = report.Routers["subject_mean"].Apgr;
            Assert.True(subjects > 0.6);
            Assert.Equal(subjects, report.Routers["embedding"].Apgr, 9);
            Assert.Equal(subjects, report.Routers["features"].Apgr, 9);
            Assert.True(report.Routers["oracle"].Apgr >= subjects);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("prompt,a,b\n\"never closed,True,False\n", "never closed")]
    [InlineData("prompt,a,b\nfine,True,perhaps\n", "neither True nor False")]
    [InlineData("question,a,b\nfine,True,False\n", "no header")]
    public void WhatIsNoTable_IsRefused(string text, string problem)
    {
        string folder = Directory.CreateTempSubdirectory("godwit-routellm-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "gsm8k"));
            File.WriteAllText(Path.Combine(folder, "gsm8k", "gsm8k_responses.csv"), text);
            InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => ResponseTable.ReadAll(folder));
            Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PairPromptFeatures Features(int subject) => new(new([subject], [1]), [subject, 1 - subject]);
}
