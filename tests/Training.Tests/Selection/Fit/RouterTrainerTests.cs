using Godwit.Router.Prediction;
using Godwit.Training.Selection.Fit;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Tests.Selection.Fit;

public sealed class RouterTrainerTests(TrainedOnce trained) : IClassFixture<TrainedOnce>
{
    private readonly List<LabelledPrompt> _fresh = MadeUpPrompts.Make(400, seed: 99);

    [Fact]
    public void OnFreshPrompts_ItChoosesFarBetterThanTheBestSingleExpert()
    {
        ChoiceQuality quality = ChoiceQuality.Of(Predict(_fresh), LabelMatrix.Of(_fresh, MadeUpPrompts.Experts));
        Assert.True(quality.Accuracy > quality.SingleAccuracy + 0.3, $"{quality}");
        Assert.True(quality.GapClosed > 0.6, $"{quality}");
    }

    [Fact]
    public void OnFreshPrompts_PredictionsAreCalibrated_AndTheirErrorsAsLargeAsItSays()
    {
        float[][] predicted = Predict(_fresh), actual = LabelMatrix.Of(_fresh, MadeUpPrompts.Experts);
        float[][] embeddings = trained.Router.Embed(Features(_fresh));
        for (int expert = 0; expert < MadeUpPrompts.Experts.Length; expert++)
        {
            double bias = predicted.Zip(actual, (guess, loss) => guess[expert] - loss[expert]).Average();
            double square = predicted.Zip(actual, (guess, loss) => Math.Pow(guess[expert] - loss[expert], 2)).Average();
            double said = embeddings.Average(embedding => Math.Exp(trained.Router.Weights.LogVariance.Apply(embedding)[expert]));
            Assert.InRange(bias, -0.02, 0.02);
            Assert.InRange(square / said, 0.4, 2.5);
        }
    }

    [Fact]
    public void TheManifest_SaysWhatTheRouterIs()
    {
        RouterManifest manifest = trained.Router.Manifest;
        Assert.Equal(RouterManifest.CurrentVersion, manifest.Version);
        Assert.Equal(MadeUpPrompts.Experts, manifest.Experts.Select(expert => expert.Id));
        Assert.All(manifest.Experts, expert =>
        {
            Assert.True(expert.HasHead);
            Assert.Equal(8, expert.ClusterMeans.Count);
            Assert.InRange(expert.MeanLoss, 1, 1.7);
            Assert.Equal(expert.CalibrationX.Order().Distinct(), expert.CalibrationX);
            Assert.Equal(expert.CalibrationY.Order().Distinct(), expert.CalibrationY);
            Assert.Equal(manifest.Experts[0].CalibrationX, expert.CalibrationX);
            Assert.Equal(manifest.Experts[0].CalibrationY, expert.CalibrationY);
        });
        Assert.Equal(8, manifest.Centroids.Count);
        Assert.All(manifest.Centroids, centroid => Assert.Equal(24, centroid.Length));
        Assert.Equal(TrainedOnce.Now, manifest.Trained);
        Assert.Matches("^[0-9a-f]{64}$", manifest.TrainingData);
    }

    [Fact]
    public void PromptsLikeThoseOfTheTraining_AreWithinTheDomain_AndOthersAreNot()
    {
        Clusters clusters = new(trained.Router.Manifest.Centroids);
        double edge = trained.Router.Manifest.OutOfDomainDistance;
        int within = trained.Router.Embed(Features(_fresh)).Count(embedding => clusters.Nearest(embedding).Distance <= edge);
        Assert.InRange(within, 380, 400);
    }

    [Fact]
    public void ClusterMeans_KnowSomethingToo()
    {
        Clusters clusters = new(trained.Router.Manifest.Centroids);
        float[][] means = [.. trained.Router.Embed(Features(_fresh)).Select(embedding => trained.Router.Manifest.Experts
            .Select(expert => (float)expert.ClusterMeans[clusters.Nearest(embedding).Cluster]).ToArray())];
        ChoiceQuality quality = ChoiceQuality.Of(means, LabelMatrix.Of(_fresh, MadeUpPrompts.Experts));
        Assert.True(quality.Regret < quality.SingleRegret, $"{quality}");
    }

    [Fact]
    public void WhatServes_PredictsWhatWasTrained()
    {
        using TemporaryFolder folder = new();
        trained.Router.Write(folder.File("router.onnx"));
        using RouterModel served = RouterFile.Read(folder.File("router.onnx"));
        Assert.Equal(50, served.Manifest.Golden.Count);
        LossPrediction prediction = served.RentPrediction();
        float[][] predicted = Predict(_fresh);
        for (int i = 0; i < _fresh.Count; i++)
        {
            served.Predict(_fresh[i].Text, prediction);
            Assert.All(predicted[i].Zip(prediction.Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Fact]
    public void TheSameSeed_GivesTheSameRouter_AndAnotherOneDoesNot()
    {
        TrainingSettings quick = TrainedOnce.Settings with { Epochs = 1 };
        float[] first = TrainedOnce.Train(quick).Weights.Loss.Weights;
        Assert.Equal(first, TrainedOnce.Train(quick).Weights.Loss.Weights);
        Assert.NotEqual(first, TrainedOnce.Train(quick with { Seed = 2 }).Weights.Loss.Weights);
    }

    [Fact]
    public void AMissingLabel_IsSaid()
    {
        List<LabelledPrompt> prompts = MadeUpPrompts.Make(200, seed: 1);
        prompts[3] = prompts[3] with { Losses = new Dictionary<string, double> { ["north"] = 1 } };
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => new RouterTrainer(TrainedOnce.Settings, TimeProvider.System).Train(prompts, [("north", ""), ("east", "")]));
        Assert.Contains("made/3", error.Message, StringComparison.Ordinal);
        Assert.Contains("east", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PromptSplits.Train)]
    [InlineData(PromptSplits.Validation)]
    [InlineData(PromptSplits.Calibration)]
    public void ASplitWithoutPrompts_IsSaid(string missing)
    {
        LabelledPrompt[] prompts = [.. MadeUpPrompts.Make(300, seed: 1).Where(prompt => prompt.Split != missing)];
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => new RouterTrainer(TrainedOnce.Settings, TimeProvider.System).Train(prompts, [("north", ""), ("east", "")]));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    private float[][] Predict(List<LabelledPrompt> prompts) => trained.Router.Predict(Features(prompts));

    private FeatureRows Features(List<LabelledPrompt> prompts) =>
        FeatureRows.Of([.. prompts.Select(prompt => prompt.Text)], trained.Router.Manifest.Features);
}
