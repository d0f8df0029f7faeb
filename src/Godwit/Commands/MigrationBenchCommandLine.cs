using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Godwit.CommandLine.Bench.Migration;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit bench migration</c> on the command line.</summary>
internal static class MigrationBenchCommandLine
{
    public static Command Create()
    {
        Option<string> model = new("--model")
        {
            Description = "Folder of a model made by make-model, with a context for the longest request and 2,048 tokens more.",
            HelpName = "DIR",
            Required = true,
        };
        Option<int[]> contexts = new("--contexts")
        {
            Description = "Tokens of context at which requests are moved.",
            HelpName = "N,N,…",
            CustomParser = ParseNumbers,
            DefaultValueFactory = _ => [256, 512, 1024, 2048, 4096],
        };
        Option<int> batch = new("--batch") { Description = "Requests per worker.", HelpName = "N", DefaultValueFactory = _ => 8 };
        Option<int> moves = new("--moves") { Description = "Moves per context.", HelpName = "N", DefaultValueFactory = _ => 9 };
        Option<int> pairs = new("--pairs") { Description = "Pairs of windows with and without moves.", HelpName = "N", DefaultValueFactory = _ => 5 };
        Option<int> window = new("--window") { Description = "Seconds of such a window.", HelpName = "S", DefaultValueFactory = _ => 4 };
        Option<bool> json = new("--json") { Description = "Write one JSON object instead of a table." };
        foreach (Option<int> number in (Option<int>[])[batch, moves, pairs, window])
        {
            number.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 64)
                    result.AddError($"{number.Name} must be from 1 to 64.");
            });
        }

        Command command = new("migration", "What a move of a running request costs it and its neighbours, between two real workers.")
        {
            model, contexts, batch, moves, pairs, window, json,
        };
        command.SetAction(result => CommandRunner.RunAsync(
            async () =>
            {
                MigrationBenchSettings settings = new(
                    Path.GetFullPath(result.GetRequiredValue(model)),
                    result.GetRequiredValue(contexts),
                    result.GetValue(batch),
                    result.GetValue(moves),
                    result.GetValue(pairs),
                    result.GetValue(window));
                MigrationBenchReport report = await new MigrationBenchCommand(settings, Console.Error).RunAsync();
                foreach (string line in result.GetValue(json) ? [report.ToJson().ToJsonString()] : report.ToTable())
                    await Console.Out.WriteLineAsync(line);
                return ExitCodes.Success;
            },
            Console.Error));
        return command;
    }

    private static int[] ParseNumbers(ArgumentResult result)
    {
        int[] numbers = [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0).Distinct()];
        if (numbers.Any(number => number is < 1 or > 1_000_000))
            result.AddError("--contexts must be numbers from 1 to 1000000, separated by commas.");
        return numbers;
    }
}
