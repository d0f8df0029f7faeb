using System.CommandLine;
using System.Globalization;
using Godwit.CommandLine.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Godwit.CommandLine.Commands;

/// <summary>
/// The options of a command that stand for configuration keys, and the three by which every command is configured: <c>--config</c>,
/// <c>--set</c>, <c>--log-level</c>.
/// </summary>
internal sealed class SettingOptions
{
    private readonly Option<string> _config = new("--config")
    {
        Description = $"Configuration file. Default: {GodwitConfiguration.FileName} in the working directory, if there is one.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets any configuration key, for example Worker:Engine:MaxSequences=32. Repeatable.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<LogLevel> _logLevel = new("--log-level")
    {
        Description = "Least severe log events to show: trace, debug, information, warning (default), error, critical or none.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => LogLevel.Warning,
    };

    private readonly List<(Func<ParseResult, object?> Read, string Key)> _settings = [];

    public SettingOptions(Command command)
    {
        Command = command;
        command.Options.Add(_config);
        command.Options.Add(_set);
        command.Options.Add(_logLevel);
    }

    private Command Command { get; }

    /// <summary>Adds an option that stands for a configuration key.</summary>
    public void Add<T>(string name, string key, string helpName, string description)
    {
        Option<T> option = new(name) { Description = description, HelpName = helpName };
        _settings.Add((result => result.GetResult(option) is null ? null : result.GetValue(option), key));
        Command.Options.Add(option);
    }

    /// <summary>Everything configured, checked.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public IConfigurationRoot Load(ParseResult result)
    {
        Dictionary<string, string?> commandLine = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Logging:LogLevel:Default"] = LogLevelOf(result).ToString(),
        };
        foreach (string assignment in result.GetValue(_set) ?? [])
        {
            (string key, string? value) = GodwitConfiguration.ParseAssignment(assignment);
            commandLine[key] = value;
        }

        foreach ((Func<ParseResult, object?> read, string key) in _settings)
        {
            if (read(result) is { } value)
                commandLine[key] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }

        return GodwitConfiguration.Load(result.GetValue(_config), Directory.GetCurrentDirectory(), commandLine, Programs.KnownKeys);
    }

    /// <summary>The level asked for.</summary>
    public LogLevel LogLevelOf(ParseResult result) => result.GetValue(_logLevel);

    /// <summary>The three options of every command again, for a child process.</summary>
    public IReadOnlyList<string> Inherited(ParseResult result)
    {
        List<string> arguments = ["--log-level", LogLevelOf(result).ToString()];
        if (result.GetValue(_config) is { } config)
            arguments.AddRange(["--config", Path.GetFullPath(config)]);
        foreach (string assignment in result.GetValue(_set) ?? [])
            arguments.AddRange(["--set", assignment]);
        return arguments;
    }
}
