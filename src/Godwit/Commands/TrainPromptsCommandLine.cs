using System.CommandLine;
using Godwit.CommandLine.Train.Selection;
using Godwit.Training.Selection.Prompts;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit train prompts</c> on the command line.</summary>
internal static class TrainPromptsCommandLine
{
    public static Command Create()
    {
        PromptSettings fallback = new();
        Option<string> corpora = new("--corpora") { Description = "Folder with one folder per corpus.", HelpName = "DIR", Required = true };
        Option<string> output = new("--out") { Description = "Prompts to train with.", HelpName = "FILE", Required = true };
        Option<string> heldOut = new("--heldout") { Description = "Prompts to evaluate with.", HelpName = "FILE", Required = true };
        Option<int> count = WholeNumber.Option("--count", "Prompts to train with; normalised copies come on top.", fallback.Count, 200);
        Option<int> hints = WholeNumber.Option("--hints", "Prompts that only hint at their domain and are not labelled.", fallback.Hints, 0);
        Option<int> heldOutCount = WholeNumber.Option("--heldout-count", "Prompts to evaluate with, each of one domain.", fallback.HeldOut, 20);
        Option<int> spliced = WholeNumber.Option("--heldout-spliced", "Prompts to evaluate with, of two domains each.", fallback.HeldOutSpliced, 0);
        Option<int> unseen = WholeNumber.Option("--unseen", "Prompts to evaluate with, of the unseen domain.", fallback.Unseen, 0);
        Option<int> seed = WholeNumber.Option("--seed", "The same seed takes the same prompts.", fallback.Seed, 0);
        Command command = new("prompts", "Take prompts for the router out of documents that no expert was trained on.")
        {
            corpora, output, heldOut, count, hints, heldOutCount, spliced, unseen, seed,
        };
        command.SetAction((result, _) => CommandRunner.RunAsync(
            () => Task.Run(() => TrainPromptsCommand.Run(
                result.GetRequiredValue(corpora),
                result.GetRequiredValue(output),
                result.GetRequiredValue(heldOut),
                fallback with
                {
                    Count = result.GetValue(count),
                    Hints = result.GetValue(hints),
                    HeldOut = result.GetValue(heldOutCount),
                    HeldOutSpliced = result.GetValue(spliced),
                    Unseen = result.GetValue(unseen),
                    Seed = result.GetValue(seed),
                },
                Console.Out)),
            Console.Error));
        return command;
    }
}
