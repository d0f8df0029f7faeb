using System.CommandLine;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Train.Experts;
using Godwit.Training.Experts.Corpora;
using Spectre.Console;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit train …</c> on the command line.</summary>
internal static class TrainCommandLine
{
    public static Command Create() => new("train", "Train the library's models.")
    {
        Expert(),
        Cards(),
        TrainPromptsCommandLine.Create(),
        TrainRouterCommandLine.Create(),
    };

    private static Command Expert()
    {
        Argument<string[]> ids = new("ID")
        {
            Description = $"Experts to train: {CorpusReader.General}, {string.Join(", ", CorpusReader.Domains)}. Default: all, in this order. "
                + "One that is in the library already is left alone.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> corpora = new("--corpora") { Description = "Folder with one folder per corpus.", HelpName = "DIR", Required = true };
        Option<string> models = new("--models") { Description = "Folder they are written to.", HelpName = "DIR", Required = true };
        Option<string?> work = new("--work")
        {
            Description = "Folder of checkpoints and of the tokenizer in the making. Default: .training in the folder of models.",
            HelpName = "DIR",
        };
        Option<string?> from = new("--from")
        {
            Description = $"Model of the folder to begin with. Default: {CorpusReader.General}.",
            HelpName = "ID",
        };
        Option<int?> steps = new("--steps") { Description = "Steps of each. Default: 4000 for general, 500 for others.", HelpName = "N" };
        Option<int> seed = new("--seed") { Description = "Seed of weights and order.", HelpName = "S", DefaultValueFactory = _ => 1 };
        Option<int?> threads = new("--threads") { Description = "Threads that compute. Default: as many as there are cores.", HelpName = "N" };
        ids.AcceptOnlyFromAmong([CorpusReader.General, .. CorpusReader.Domains]);
        steps.Validators.Add(AtLeastOne);
        threads.Validators.Add(AtLeastOne);
        Command command = new("expert", "Train small language models on corpora by domain; interrupted, the same command goes on.")
        {
            ids, corpora, models, work, from, steps, seed, threads,
        };
        command.SetAction(result => CommandRunner.RunAsync(
            () => Task.Run(async () =>
            {
                using ShutdownSignals signals = new();
                string folder = result.GetRequiredValue(models);
                string[] named = result.GetValue(ids) ?? [];
                return await TrainExpertCommand.RunAsync(
                    new TrainExpertSettings(
                        named.Length > 0 ? named : [CorpusReader.General, .. CorpusReader.Domains],
                        result.GetRequiredValue(corpora),
                        folder,
                        result.GetValue(work) ?? Path.Combine(folder, ".training"),
                        result.GetValue(from),
                        result.GetValue(steps),
                        result.GetValue(seed),
                        result.GetValue(threads)),
                    AnsiConsole.Console,
                    Console.Out,
                    signals.Stopping);
            }),
            Console.Error));
        return command;
    }

    private static Command Cards()
    {
        Option<string> models = new("--models") { Description = "Folder of the library.", HelpName = "DIR", Required = true };
        Option<string> heldOut = new("--heldout")
        {
            Description = "Held-out prompts with the losses of the models on them, as godwit train router writes them.",
            HelpName = "FILE",
            Required = true,
        };
        Command command = new("cards", "Write into the library's cards how its models do on held-out prompts.") { models, heldOut };
        command.SetAction(result => CommandRunner.RunAsync(
            () => Task.FromResult(TrainCardsCommand.Run(
                result.GetRequiredValue(models),
                result.GetRequiredValue(heldOut),
                DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
                Console.Out)),
            Console.Error));
        return command;
    }

    private static void AtLeastOne(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.Tokens.Count == 1 && result.GetValueOrDefault<int?>() is < 1)
        {
            result.AddError($"{result.Option.Name} must be at least 1.");
        }
    }
}
