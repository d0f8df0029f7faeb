using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Godwit.CommandLine.Simulate;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Simulation;
using Godwit.Scheduler.Simulation.Workloads;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit simulate</c> on the command line.</summary>
internal sealed class SimulateCommandLine
{
    private static readonly string[] s_policies = [.. DispatchPolicies.All.Select(policy => policy.Name)];

    private readonly Option<string[]> _policy = new("--policy")
    {
        Description = "Policies to compare: llumnix (moves requests too), least-loaded (INFaaS++ of the paper), round-robin, power-of-two, "
            + "prefix.",
        HelpName = "A,B,…",
        CustomParser = ParsePolicies,
        DefaultValueFactory = _ => [FreenessDispatchPolicy.PolicyName, LeastLoadedDispatchPolicy.PolicyName],
    };

    private readonly Option<string> _workload = new("--workload")
    {
        Description = "What arrives. The first seven are generated, the others are recorded traces.",
        HelpName = string.Join('|', Workload.All.Select(workload => workload.Name)),
        DefaultValueFactory = _ => "L-L",
    };

    private readonly Option<int> _instances = WholeNumber.Option("--instances", "Instances; with --autoscale the most.", 16, 1, 4096);
    private readonly Option<int> _requests = WholeNumber.Option("--requests", "Requests of each run.", 10_000, 1, 10_000_000);

    private readonly Option<double[]> _rate = new("--rate")
    {
        Description = "Requests per second; several give a curve. Default: the workload's own, scaled to the instances.",
        HelpName = "R,R,…",
        CustomParser = result => Numbers(result, "--rate", 1e-6, 1e6),
    };

    private readonly Option<double> _cv = Real(
        "--cv", "Coefficient of variation of the times between arrivals; 1 is Poisson.", "C", 1, 0.05, 100);

    private readonly Option<long[]> _seed = new("--seed")
    {
        Description = "Seeds; with several, medians are shown.",
        HelpName = "S,S,…",
        CustomParser = result => [.. Numbers(result, "--seed", 0, 1e15).Select(number => (long)number)],
        DefaultValueFactory = _ => [1],
    };

    private readonly Option<double> _highShare = Real("--high-share", "Share of the requests that are of high priority.", "X", 0, 0, 1);

    private readonly Option<bool> _ignorePriorities = new("--ignore-priorities")
    {
        Description = "Mark requests of high priority, and treat them like all others: what to compare priorities with.",
    };

    private readonly Option<double[]?> _autoscale = new("--autoscale")
    {
        Description = "Add instances below this average freeness, take them away above that.",
        HelpName = "LO,HI",
        CustomParser = ParseRange,
    };

    private readonly Option<double> _startDelay = Real("--start-delay", "Seconds that a new instance needs to be ready.", "S", 0, 0, 1e5);

    private readonly Option<string> _engine = new("--engine")
    {
        Description = "Engine whose steps were measured.",
        HelpName = string.Join('|', EnginePresets.All.Select(engine => engine.Name)),
        DefaultValueFactory = _ => EnginePresets.All[0].Name,
    };

    private readonly Option<double[]?> _step = new("--step-ms")
    {
        Description = "Time of a step instead: A + B x sequences that decode + C x tokens of their context + D x tokens of prompts, in ms.",
        HelpName = "A,B,C,D",
        CustomParser = ParseStep,
    };

    private readonly Option<string?> _fit = new("--fit")
    {
        Description = "Take the steps from what 'godwit bench engine --json' wrote.",
        HelpName = "FILE",
    };

    private readonly Option<int> _kvBlocks = WholeNumber.Option(
        "--kv-blocks", "KV blocks of an instance. Default: the engine's own.", 0, 16, 100_000_000);

    private readonly Option<string?> _traces = new("--traces")
    {
        Description = "Folder of the recorded traces. Default: ../shared/traces.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _trace = new("--trace")
    {
        Description = "A trace in the format of Azure, BurstGPT or Mooncake, instead of the workload's own.",
        HelpName = "FILE",
    };

    private readonly Option<double> _lengthScale = Real(
        "--length-scale", "Multiply lengths by this. Default: 1, mooncake 0.125.", "F", 0, 0, 1000);
    private readonly Option<double> _heartbeat = Real(
        "--heartbeat-ms", "Milliseconds between heartbeats; 0: figures are always fresh.", "N", 400, 0, 1e5);
    private readonly Option<double> _bandwidth = Real("--migration-bandwidth", "MB per second that a move copies.", "MB", 2500, 0.001, 1e7);
    private readonly Option<bool> _decisionTimes = new("--decision-times") { Description = "Show how long decisions take." };
    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object instead of a table." };
    private readonly Option<string?> _plot = new("--plot") { Description = "Write the curves as SVG.", HelpName = "FILE" };
    private readonly Option<string?> _log = new("--log")
    {
        Description = "Write every decision with its inputs, one JSON object a line.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _replay = new("--replay")
    {
        Description = "Simulate nothing: make the decisions of a log again, and say whether they came out the same.",
        HelpName = "FILE",
    };

    private SimulateCommandLine()
    {
        _workload.AcceptOnlyFromAmong([.. Workload.All.Select(workload => workload.Name)]);
        _engine.AcceptOnlyFromAmong([.. EnginePresets.All.Select(engine => engine.Name)]);
        Command = new Command("simulate", "Compare scheduling policies over simulated engines; the policies are the Scheduler's own.")
        {
            _policy, _workload, _instances, _requests, _rate, _cv, _seed, _highShare, _ignorePriorities, _autoscale, _startDelay, _engine,
            _step, _fit, _kvBlocks, _traces, _trace, _lengthScale, _heartbeat, _bandwidth, _decisionTimes, _json, _plot, _log, _replay,
        };
        Command.SetAction(result => CommandRunner.RunAsync(() => RunAsync(result), Console.Error));
    }

    private Command Command { get; }

    public static Command Create() => new SimulateCommandLine().Command;

    private async Task<int> RunAsync(ParseResult result)
    {
        if (result.GetValue(_replay) is { } file)
        {
            return await ReplayAsync(file);
        }

        IReadOnlyList<SimulationReport> reports = await SimulateCommand.RunAsync(Settings(result));
        foreach (string line in result.GetValue(_json) ? [SimulationJson.Write(reports)] : SimulationTable.Lines(reports))
            await Console.Out.WriteLineAsync(line);
        return ExitCodes.Success;
    }

    private static async Task<int> ReplayAsync(string file)
    {
        (int decisions, IReadOnlyList<int> different) = SimulateCommand.Replay(file);
        await Console.Out.WriteLineAsync(different.Count == 0
            ? $"{decisions} decisions, all reproduced"
            : $"{decisions} decisions, {different.Count} came out differently; the first is line {different[0]}");
        return different.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private SimulateSettings Settings(ParseResult result) => new(
        result.GetRequiredValue(_policy),
        result.GetRequiredValue(_workload),
        result.GetRequiredValue(_seed),
        result.GetValue(_rate) ?? [],
        Engine(result))
    {
        Instances = result.GetValue(_instances),
        Requests = result.GetValue(_requests),
        Cv = result.GetValue(_cv),
        HighShare = result.GetValue(_highShare),
        IgnorePriorities = result.GetValue(_ignorePriorities),
        Autoscale = result.GetValue(_autoscale) is [double low, double high] ? (low, high) : null,
        StartDelay = result.GetValue(_startDelay),
        LengthScale = result.GetValue(_lengthScale) is var scale and > 0 ? scale : null,
        Traces = result.GetValue(_traces),
        Trace = result.GetValue(_trace),
        HeartbeatMs = result.GetValue(_heartbeat),
        BandwidthMb = result.GetValue(_bandwidth),
        DecisionTimes = result.GetValue(_decisionTimes),
        Log = result.GetValue(_log),
        Plot = result.GetValue(_plot),
    };

    private EngineModel Engine(ParseResult result)
    {
        EngineModel engine = EnginePresets.All.First(preset => preset.Name == result.GetRequiredValue(_engine));
        engine = result.GetValue(_fit) is { } file ? StepTimeFit.Fit(engine, file) : engine;
        engine = result.GetValue(_step) is [double any, double sequence, double context, double prefill]
            ? engine with { StepMs = any, SequenceMs = sequence, ContextTokenMs = context, PrefillTokenMs = prefill }
            : engine;
        return result.GetValue(_kvBlocks) is var blocks and > 0 ? engine with { Blocks = blocks } : engine;
    }

    private static string[] ParsePolicies(ArgumentResult result)
    {
        string[] names = [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Distinct()];
        if (names.FirstOrDefault(name => !s_policies.Contains(name)) is { } unknown)
            result.AddError($"There is no policy '{unknown}'; there are {string.Join(", ", s_policies)}.");
        return names;
    }

    private static double[] Numbers(ArgumentResult result, string name, double least, double most)
    {
        double[] numbers = [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        if (numbers.Length == 0 || numbers.Any(number => !(number >= least && number <= most)))
        {
            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{name} must be numbers from {least} to {most}, separated by commas."));
        }

        return numbers;
    }

    private static double[]? ParseRange(ArgumentResult result)
    {
        double[] range = Numbers(result, "--autoscale", -1e6, 1e6);
        if (range.Length != 2 || range[0] >= range[1])
            result.AddError("--autoscale must be two numbers, the lower first: LO,HI.");
        return range;
    }

    private static double[]? ParseStep(ArgumentResult result)
    {
        double[] step = Numbers(result, "--step-ms", 0, 1e6);
        if (step.Length != 4 || step[0] <= 0)
            result.AddError("--step-ms must be four numbers, the first above 0: A,B,C,D.");
        return step;
    }

    private static Option<double> Real(string name, string description, string help, double fallback, double least, double most)
    {
        Option<double> option = new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is double value && !(value >= least && value <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be from {least} to {most}."));
        });
        return option;
    }
}
