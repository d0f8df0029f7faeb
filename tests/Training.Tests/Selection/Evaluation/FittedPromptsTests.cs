using Godwit.Router.Prediction;
using Godwit.Training.Selection.Evaluation;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Godwit.Training.Tests.Selection.Fit;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class FittedPromptsTests(TrainedOnce trained) : IClassFixture<TrainedOnce>
{
    [Fact]
    public void Find_TakesWhatHasEveryLabelOfTheRoutersWeights_AndNothingHeldOut()
    {
        using TemporaryFolder folder = new();
        using LabelStore store = LabelStore.Open(folder.File("labels.jsonl"));
        RouterManifest router = trained.Router.Manifest;
        string digest = router.Experts[0].WeightsDigest;
        Prompt[] prompts =
        [
            New("whole", PromptSplits.Train), New("a label short", PromptSplits.Train), New("other weights", PromptSplits.Train),
            New("too long for one", PromptSplits.Train), New("calibrated by", PromptSplits.Calibration), New("held out", PromptSplits.Test),
        ];
        foreach (Prompt prompt in prompts)
        {
            foreach (RouterExpert expert in router.Experts)
            {
                bool last = expert.Id == router.Experts[^1].Id;
                if (!last || prompt.Id != "a label short")
                {
                    store.Add(new Label(
                        PromptText.Digest(prompt.Text),
                        expert.Id,
                        last && prompt.Id == "other weights" ? new string('f', 64) : digest,
                        last && prompt.Id == "too long for one" ? null : 0.5));
                }
            }
        }

        IReadOnlyList<LabelledPrompt> found = FittedPrompts.Find(prompts, store, router);
        Assert.Equal(["whole", "calibrated by"], found.Select(prompt => prompt.Id));
        Assert.All(found, prompt => Assert.Equal(router.Experts.Select(expert => expert.Id), prompt.Losses.Keys));
        Assert.Throws<InvalidDataException>(() => FittedPrompts.Find(prompts[1..4], store, router));
    }

    private static Prompt New(string name, string split) => new(name, "north", split, PromptVariants.Original, $"The text of {name}.");
}
