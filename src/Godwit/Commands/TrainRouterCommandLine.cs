using System.CommandLine;
using System.CommandLine.Parsing;
using Godwit.CommandLine.Train.Selection;
using Godwit.Training.Selection.Fit;
using Spectre.Console;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit train router</c> on the command line.</summary>
internal sealed class TrainRouterCommandLine
{
    private const string LabelFile = "labels.jsonl";

    private static readonly TrainingSettings s_training = new();

    private readonly Option<Uri[]> _experts = new("--experts")
    {
        Description = "Addresses of OpenAI-compatible servers of the experts. The key in OPENAI_API_KEY, if there is one, is sent along.",
        HelpName = "URL,URL,…",
        CustomParser = ParseAddresses,
        Required = true,
    };

    private readonly Option<string[]> _models = new("--models")
    {
        Description = "Experts to choose among. Default: all that are served.",
        HelpName = "A,B,…",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Distinct()],
    };

    private readonly Option<string> _prompts = new("--prompts")
    {
        Description = "Prompts, one JSON object a line, of which only 'text' must be there.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _output = new("--out")
    {
        Description = "The router file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => Path.Combine("models", "router.onnx"),
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = $"Labels that are known, and where new ones go. Default: {LabelFile} beside the prompts.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _heldOut = new("--heldout")
    {
        Description = "Prompts to evaluate with; with their labels they are written beside the router file.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _add = new("--add")
    {
        Description = "Train nothing: add this expert to the router file that is there.",
        HelpName = "MODEL",
    };

    private readonly Option<int> _probes = WholeNumber.Option("--probes", "Prompts to label an added expert with.", 500, 20);
    private readonly Option<int> _epochs = WholeNumber.Option("--epochs", "Most passes over the prompts.", s_training.Epochs, 1);
    private readonly Option<int> _seed = WholeNumber.Option("--seed", "Seed of weights and order.", s_training.Seed, 0);
    private readonly Option<int> _threads = WholeNumber.Option("--threads", "Threads of the arithmetic.", s_training.Threads, 1);
    private readonly Option<int> _concurrency = WholeNumber.Option("--concurrency", "Calls to the servers at once.", 8, 1);
    private readonly Option<int> _mostBytes = WholeNumber.Option("--max-bytes", "Longer prompts are cut to so many UTF-8 bytes.", 600, 16);

    private TrainRouterCommandLine()
    {
        Command = new Command("router", "Label prompts with what each expert makes of them, and train a router to predict it.")
        {
            _experts, _models, _prompts, _output, _labels, _heldOut, _add, _probes, _epochs, _seed, _threads, _concurrency, _mostBytes,
        };
        Command.SetAction((result, cancel) => CommandRunner.RunAsync(
            () => TrainRouterCommand.RunAsync(Settings(result), AnsiConsole.Console, Console.Out, cancel), Console.Error));
    }

    private Command Command { get; }

    public static Command Create() => new TrainRouterCommandLine().Command;

    private TrainRouterSettings Settings(ParseResult result)
    {
        string prompts = result.GetRequiredValue(_prompts);
        return new TrainRouterSettings(
            result.GetRequiredValue(_experts),
            prompts,
            result.GetRequiredValue(_output),
            result.GetValue(_labels) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(prompts))!, LabelFile),
            s_training with
            {
                Epochs = result.GetValue(_epochs),
                Seed = result.GetValue(_seed),
                Threads = result.GetValue(_threads),
            })
        {
            Models = result.GetValue(_models) ?? [],
            HeldOut = result.GetValue(_heldOut),
            Add = result.GetValue(_add),
            Probes = result.GetValue(_probes),
            Concurrency = result.GetValue(_concurrency),
            MostBytes = result.GetValue(_mostBytes),
        };
    }

    private static Uri[] ParseAddresses(ArgumentResult result)
    {
        Uri?[] addresses = [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(text =>
            Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address : null)];
        if (addresses.Length == 0 || addresses.Any(address => address is null))
            result.AddError("--experts must be addresses such as http://127.0.0.1:8080, separated by commas.");
        return [.. addresses.OfType<Uri>()];
    }
}
