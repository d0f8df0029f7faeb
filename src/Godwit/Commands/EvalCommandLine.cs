using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Eval;
using Godwit.CommandLine.Library;
using Godwit.Router.Prediction;
using Godwit.Training.Selection.Evaluation.Reports;
using Spectre.Console;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit eval …</c> on the command line.</summary>
internal sealed class EvalCommandLine
{
    private const string HeldoutFile = "heldout.jsonl.gz";

    private readonly Option<string?> _router = File("--router", $"The router file. Default: {RouterFile.FileName} in the models' folder.");
    private readonly Option<string?> _heldout = File("--heldout", $"Labelled prompts. Default: {HeldoutFile} in the models' folder.");
    private readonly Option<string?> _models = Models();

    private readonly Option<Uri?> _experts = new("--experts")
    {
        Description = "An OpenAI-compatible server of the experts: it labels the prompts anew, and how long its tokens take is measured.",
        HelpName = "URL",
        CustomParser = ParseAddress,
    };

    private readonly Option<string?> _key = new("--api-key") { Description = "API key for it. Default: none.", HelpName = "KEY" };

    private readonly Option<string?> _prompts = File(
        "--prompts", "Prompts that the router was trained on, for baselines to be fitted on. Default: five folds of the held-out prompts.");

    private readonly Option<string?> _labels = File("--labels", "Labels of these prompts, as 'godwit train router' keeps them.");

    private readonly Option<string?> _routeLlm = new("--routellm")
    {
        Description = "A checkout of RouteLLM: APGR and CPT on its tables of answers.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _plot = new("--plot") { Description = "Write the trade-offs as SVG.", HelpName = "DIR" };

    private readonly Option<Dictionary<string, double>> _tokenMs = new("--token-ms")
    {
        Description = "Milliseconds per token by expert, for the trade-off of loss and latency. Default: measured with --experts.",
        HelpName = "ID=MS,…",
        CustomParser = ParseTimes,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _generalist = new("--generalist")
    {
        Description = "Expert that the Router asks when it does not know better (Router:Selection:Generalist).",
        HelpName = "ID",
        DefaultValueFactory = _ => "general",
    };

    private readonly Option<double> _epsilon = new("--epsilon")
    {
        Description = "Nats per byte that count as equally good.",
        HelpName = "E",
        DefaultValueFactory = _ => 0.01,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Seed of folds, resamples and splits.",
        HelpName = "S",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object instead of tables." };

    private EvalCommandLine()
    {
        _epsilon.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and <= 10))
                result.AddError("--epsilon must be from 0 to 10.");
        });
        Router = new Command("router", "Evaluate a router on labelled prompts, beside plain baselines; the Router's own code chooses.")
        {
            _router, _heldout, _models, _experts, _key, _prompts, _labels, _routeLlm, _plot, _tokenMs, _generalist, _epsilon, _seed, _json,
        };
        Router.Validators.Add(result =>
        {
            if (result.GetValue(_prompts) is not null && result.GetValue(_labels) is null)
                result.AddError("--prompts wants --labels too.");
        });
        Router.SetAction((result, cancel) => CommandRunner.RunAsync(() => RunAsync(result, cancel), Console.Error));
    }

    private Command Router { get; }

    public static Command Create() => new("eval", "Evaluate what was trained.")
    {
        new EvalCommandLine().Router,
        Experts(),
    };

    private static Command Experts()
    {
        Option<string?> heldout = File("--heldout", $"Labelled prompts. Default: {HeldoutFile} in the models' folder.");
        Option<string?> models = Models();
        Command command = new("experts", "Show every expert's loss on every domain of labelled prompts; the best of each has a star.")
        {
            heldout, models,
        };
        command.SetAction(result => CommandRunner.RunAsync(
            async () =>
            {
                string file = result.GetValue(heldout) ?? Path.Combine(FolderOf(result.GetValue(models)), HeldoutFile);
                foreach (string line in EvalExpertsCommand.Run(file))
                    await Console.Out.WriteLineAsync(line);
                return ExitCodes.Success;
            },
            Console.Error));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancel)
    {
        // Progress must not mix with the report.
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        EvaluationReport report = await Task.Run(() => EvalRouterCommand.RunAsync(Settings(result), console, cancel), cancel);
        foreach (string line in result.GetValue(_json) ? [EvaluationJson.Write(report)] : EvaluationTable.Lines(report))
            await Console.Out.WriteLineAsync(line);
        return ExitCodes.Success;
    }

    private EvalRouterSettings Settings(ParseResult result)
    {
        string models = FolderOf(result.GetValue(_models));
        return new EvalRouterSettings(
            result.GetValue(_router) ?? Path.Combine(models, RouterFile.FileName),
            result.GetValue(_heldout) ?? Path.Combine(models, HeldoutFile),
            models)
        {
            Experts = result.GetValue(_experts),
            ApiKey = result.GetValue(_key),
            Prompts = result.GetValue(_prompts),
            Labels = result.GetValue(_labels),
            RouteLlm = result.GetValue(_routeLlm),
            Plot = result.GetValue(_plot),
            TokenMs = result.GetRequiredValue(_tokenMs),
            Generalist = result.GetRequiredValue(_generalist),
            Epsilon = result.GetValue(_epsilon),
            Seed = result.GetValue(_seed),
        };
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static Option<string?> Models() =>
        new("--models") { Description = "Folder of models and cards. Default: the bundled ones.", HelpName = "DIR" };

    private static string FolderOf(string? models) =>
        models is null ? ModelFolders.Bundled().Directory
        : Directory.Exists(models) ? models
        : throw new ConfigurationException($"{models}: there is no such folder (--models).");

    private static Uri? ParseAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return address;
        result.AddError("--experts must be an address such as http://127.0.0.1:8080.");
        return null;
    }

    private static Dictionary<string, double> ParseTimes(ArgumentResult result)
    {
        Dictionary<string, double> times = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            string[] pair = part.Split('=');
            if (pair.Length == 2 && double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double ms) && ms > 0)
            {
                times[pair[0]] = ms;
            }
            else
            {
                result.AddError("--token-ms must be experts and times above 0: ID=MS,ID=MS.");
                break;
            }
        }

        return times;
    }
}
