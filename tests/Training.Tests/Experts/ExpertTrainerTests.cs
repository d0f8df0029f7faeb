using Godwit.Training.Experts.Corpora;
using Godwit.Training.Experts.Fit;
using Godwit.Training.Experts.Network;
using Godwit.Training.Experts.Vocabulary;
using Godwit.Worker.Tokenization;

namespace Godwit.Training.Tests.Experts;

public sealed class ExpertTrainerTests : IDisposable
{
    private static readonly ExpertShape s_shape = new(Vocabulary: 300, Hidden: 32, Layers: 2, Heads: 2, FeedForward: 48, Context: 32);
    private static readonly ExpertPlan s_plan = new(Steps: 40, BatchSequences: 4, PeakRate: 5e-3, WarmupSteps: 5, Seed: 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-expert-").FullName;
    private readonly Tokenizer _tokenizer;
    private readonly CorpusDocument[] _documents =
    [
        .. Enumerable.Range(0, 20).Select(i => new CorpusDocument(
            "c", "d", $"{i}", CorpusSplit.Train, $"the duck number {i} swam over the pond, and the duck number {i + 1} sang.", 20)),
    ];

    public ExpertTrainerTests()
    {
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer.json"), ExpertTokenizer.Learn(_documents.Select(document => document.Text), 300).ToJsonString());
        _tokenizer = Tokenizer.Load(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Loss_falls_and_an_interrupted_training_ends_where_the_other_ends()
    {
        using ExpertTrainer whole = Trainer("whole");
        List<double> losses = [];
        Assert.True(whole.Run(Windows(), progress => losses.Add(progress.Loss), CancellationToken.None));
        Assert.Equal(s_plan.Steps, losses.Count);
        Assert.True(losses[^1] < losses[0] - 1, $"{losses[0]} → {losses[^1]}");

        using CancellationTokenSource stop = new();
        using (ExpertTrainer first = Trainer("parts"))
        {
            Assert.False(first.Run(Windows(), progress => Stop(progress.Step), stop.Token));
        }

        using ExpertTrainer second = Trainer("parts");
        Assert.True(second.Run(Windows(), _ => { }, CancellationToken.None));
        Assert.All(
            whole.Weights.Named.Zip(second.Weights.Named),
            pair => Assert.Equal(pair.First.Value.data<float>().ToArray(), pair.Second.Value.data<float>().ToArray()));

        void Stop(int step)
        {
            if (step == 17)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void What_is_written_is_what_was_trained_rounded()
    {
        using ExpertWeights weights = ExpertWeights.Random(s_shape, 5);
        string file = Path.Combine(_folder, ExpertFiles.Weights);
        ExpertFiles.WriteWeights(file, weights);
        using ExpertWeights read = ExpertFiles.ReadWeights(file, s_shape);
        Assert.All(weights.Named.Zip(read.Named), pair => Assert.All(
            pair.First.Value.data<float>().ToArray().Zip(pair.Second.Value.data<float>().ToArray()),
            value => Assert.True(Math.Abs(value.First - value.Second) <= Math.Abs(value.First) / 256)));
        Assert.Equal(s_shape.Parameters, weights.Named.Sum(weight => weight.Value.NumberOfElements));
        Assert.InRange(ExpertShape.Bundled.Parameters, 1_000_000, 2_000_000);
    }

    [Fact]
    public void Windows_begin_with_the_boundary_and_are_the_same_for_the_same_seed()
    {
        long[][] windows = [.. Windows().Read().Take(50)];
        Assert.All(windows, window => Assert.Equal(s_shape.Context + 1, window.Length));
        Assert.All(windows, window => Assert.Equal(ExpertTokenizer.Boundary, window[0]));
        Assert.Equal(windows, Windows().Read().Take(50));
        Assert.Contains(windows, window => window.Contains(ExpertTokenizer.TurnEnd));
        Assert.Empty(new TokenWindows([], _tokenizer, s_shape.Context, 1).Read());
    }

    [Fact]
    public void The_rate_rises_and_falls()
    {
        double[] rates = [.. Enumerable.Range(0, s_plan.Steps).Select(s_plan.Rate)];
        Assert.Equal(rates[..5].Order(), rates[..5]);
        Assert.Equal(rates[5..].OrderDescending(), rates[5..]);
        Assert.Equal(s_plan.PeakRate, rates.Max());
    }

    private ExpertTrainer Trainer(string name) => new(
        s_shape, s_plan, from: null, Path.Combine(_folder, $"{name}.safetensors"), TimeSpan.FromMinutes(1));

    private TokenWindows Windows() => new(_documents, _tokenizer, s_shape.Context, s_plan.Seed);
}
