using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Godwit.CommandLine.Bench;
using Godwit.CommandLine.Configuration;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit bench …</c> on the command line.</summary>
internal sealed class BenchCommandLine
{
    private const int MostStreams = 1024;

    private readonly Option<string> _model = new("--model")
    {
        Description = "Folder of the model in Hugging Face layout.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<int[]> _concurrency = new("--concurrency")
    {
        Description = "Numbers of streams at once.",
        HelpName = "N,N,…",
        CustomParser = ParseNumbers,
        DefaultValueFactory = _ => [1, 4, 8, 16, 32, 64],
    };

    private readonly Option<int> _promptTokens = Number("--prompt-tokens", "Tokens of each prompt.", 32, 1);
    private readonly Option<int> _newTokens = Number("--new-tokens", "Tokens of each answer.", 64, 2);
    private readonly Option<int> _rounds = Number("--rounds", "Rounds; each measures every number of streams. Medians are shown.", 3, 1);

    private readonly Option<int> _threads = Number(
        "--threads", "Threads of one forward pass. Default: all cores.", Environment.ProcessorCount, 1);

    private readonly Option<string> _format = new("--format")
    {
        Description = "cpu only: number format of the weights in memory. Default: the files' own.",
        HelpName = "auto|f32|bf16|int8",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _kvFormat = new("--kv-format")
    {
        Description = "cpu only: number format of the KV cache. Default: f32 beside f32 weights, else bf16.",
        HelpName = "auto|f32|bf16",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> _fast = new("--fast")
    {
        Description = "cpu only: round the inputs of bf16 products to bf16 where the processor multiplies these faster.",
    };

    private readonly Option<string> _runner = new("--runner")
    {
        Description = "cpu: own kernels; torch: TorchSharp.",
        HelpName = "cpu|torch",
        DefaultValueFactory = _ => new ModelOptions().Runner,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object instead of a table." };

    private BenchCommandLine()
    {
        _format.AcceptOnlyFromAmong("auto", "f32", "bf16", "int8");
        _kvFormat.AcceptOnlyFromAmong("auto", "f32", "bf16");
        _runner.AcceptOnlyFromAmong("cpu", "torch");
        Engine = new Command("engine", "Tokens per second of the engine alone, beside what the machine's memory allows.")
        {
            _model, _concurrency, _promptTokens, _newTokens, _rounds, _threads, _format, _kvFormat, _fast, _runner, _json,
        };
        Engine.SetAction(result => CommandRunner.RunAsync(() => RunAsync(result), Console.Error));
    }

    private Command Engine { get; }

    public static Command Create() => new("bench", "Measure this machine.") { new BenchCommandLine().Engine, MigrationBenchCommandLine.Create() };

    private async Task<int> RunAsync(ParseResult result)
    {
        ModelOptions model = new()
        {
            Path = result.GetRequiredValue(_model),
            Threads = result.GetValue(_threads),
            Format = result.GetRequiredValue(_format),
            KvFormat = result.GetRequiredValue(_kvFormat),
            Fast = result.GetValue(_fast),
            Runner = result.GetRequiredValue(_runner),
        };
        List<ValidationResult> problems = [];
        if (!Validator.TryValidateObject(model, new ValidationContext(model), problems, validateAllProperties: true))
            throw new ConfigurationException([.. problems.Select(problem => problem.ErrorMessage!)]);
        EngineBenchSettings settings = new(
            model,
            result.GetRequiredValue(_concurrency),
            result.GetValue(_promptTokens),
            result.GetValue(_newTokens),
            result.GetValue(_rounds));
        EngineBenchReport report = await EngineBenchCommand.RunAsync(settings, Console.Error);
        foreach (string line in result.GetValue(_json) ? [report.ToJson().ToJsonString()] : report.ToTable())
            await Console.Out.WriteLineAsync(line);
        return ExitCodes.Success;
    }

    private static Option<int> Number(string name, string description, int fallback, int least)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is int value && (value < least || value > 1_000_000))
                result.AddError($"{name} must be from {least} to 1000000.");
        });
        return option;
    }

    private static int[] ParseNumbers(ArgumentResult result)
    {
        int[] numbers = [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0).Distinct()];
        if (numbers.Any(number => number is < 1 or > MostStreams))
            result.AddError($"--concurrency must be numbers from 1 to {MostStreams}, separated by commas.");
        return numbers;
    }
}
