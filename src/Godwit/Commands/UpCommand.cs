using System.CommandLine;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Library;
using Godwit.CommandLine.Supervision;
using Godwit.CommandLine.Up;
using Microsoft.Extensions.Logging;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit up</c>: everything on this machine.</summary>
internal sealed class UpCommand
{
    private readonly Option<string[]> _workers = new("--workers")
    {
        Description = "Workers of a model of the library. Repeatable. Default: general=2, code=1, sql=1 and stories=1, as far as the library has them.",
        HelpName = "MODEL=N",
    };

    private readonly Option<string> _models = new("--models")
    {
        Description = "Folder of the library: a library.json, or one folder per model. Default: the bundled models.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _all = new("--all") { Description = "Serve every model of the library." };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads of each worker. Default: the cores shared equally, at least 1.",
        HelpName = "N",
    };

    private readonly Option<bool> _separate = new("--separate")
    {
        Description = "Give Gateway, Router and Scheduler a process of their own each, supervised like the workers.",
    };

    // What a worker is asked the same way; the other programs know none of it.
    private readonly Option[] _workerOptions =
    [
        Choice("--runner", "cpu (default): own kernels; torch: TorchSharp, also on a GPU; simulated: everything real but the model's arithmetic.",
            "cpu", "torch", "simulated"),
        new Option<string>("--device") { Description = "torch only: where it computes. Default: cpu.", HelpName = "cpu|cuda|cuda:N" },
        Choice("--format", "cpu only: number format of the weights in memory. Default: the files' own.", "auto", "f32", "bf16", "int8"),
        Choice("--kv-format", "cpu only: number format of the KV cache. Default: f32 beside f32 weights, else bf16.", "auto", "f32", "bf16"),
        new Option<bool>("--fast")
        {
            Description = "cpu only: round the inputs of bf16 products to bf16 where the processor multiplies these faster.",
        },
        new Option<string>("--step-ms") { Description = "Simulated only: a step takes A + B x rows milliseconds.", HelpName = "A,B" },
        new Option<long>("--seed") { Description = "Simulated only: seed of the tokens.", HelpName = "S" },
        new Option<int>("--migration-bandwidth")
        {
            Description = "Most megabytes of KV blocks that a worker sends per second while requests are moved away. Default: no limit.",
            HelpName = "MB/S",
        },
    ];

    private readonly SettingOptions _settings;

    public UpCommand()
    {
        Command = new Command("up", "Start everything on this machine: Gateway, Router, Scheduler, Redis and the workers.");
        _settings = new SettingOptions(Command);
        _settings.Add<int>("--port", "Gateway:Listener:Port", "PORT", "Port of the OpenAI API; 0 for any free one. Default: 8080.");
        _settings.Add<string>("--bind", "Gateway:Listener:Bind", "ADDRESS", "Address of the OpenAI API. Default: 127.0.0.1.");
        _settings.Add<int>("--admin-port", "Gateway:Listener:AdminPort", "PORT", "Port of the admin listener. Default: 8089, or the next free one.");
        _settings.Add<string>("--admin-bind", "Gateway:Listener:AdminBind", "ADDRESS", "Address of the admin listener. Default: 127.0.0.1.");
        _settings.Add<string>("--router-file", "Router:Prediction:File", "FILE", "The trained router. Default: router.onnx in the library.");
        _settings.Add<string>("--redis", "Godwit:Cluster:Redis", "HOST:PORT", "A real Redis instead of the embedded one.");
        foreach (Option option in (Option[])[_workers, _models, _all, _threads, _separate, .. _workerOptions])
            Command.Options.Add(option);
        _threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024)
                result.AddError("--threads must be from 1 to 1024.");
        });
        Command.SetAction(result => CommandRunner.RunAsync(() => RunAsync(result), Console.Error));
    }

    /// <summary>The command itself.</summary>
    public Command Command { get; }

    public static Command Create() => new UpCommand().Command;

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="ConfigurationException">Something in the configuration is wrong.</exception>
    public UpSettings SettingsOf(ParseResult result) => new(
        _settings.Load(result),
        result.GetValue(_models),
        result.GetValue(_workers) ?? [],
        result.GetValue(_all),
        result.GetResult(_threads) is null ? null : result.GetValue(_threads),
        result.GetValue(_separate),
        _settings.Inherited(result),
        [.. _workerOptions.SelectMany(option => ArgumentsOf(result, option))]);

    private async Task<int> RunAsync(ParseResult result)
    {
        using ShutdownSignals signals = new();
        UpSettings settings = SettingsOf(result);
        ModelFolders library = settings.Models is { } directory ? ModelFolders.Load(directory) : ModelFolders.Bundled();
        UpPlan plan = UpPlan.Create(settings, library, new PortChoice(PortChoice.CanBind), Environment.ProcessorCount);
        using ILoggerFactory loggers = CommandLogging.Create(_settings.LogLevelOf(result));
        DotnetRunWatch.StopWithParent(signals);
        return await new UpHost(settings, plan, library, Console.Out, Console.Error, loggers).RunAsync(signals.Stopping);
    }

    // As they were typed: the worker reads them.
    private static IEnumerable<string> ArgumentsOf(ParseResult result, Option option) =>
        result.GetResult(option) is { Implicit: false } given ? [option.Name, .. given.Tokens.Select(token => token.Value)] : [];

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, HelpName = string.Join('|', values) };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
