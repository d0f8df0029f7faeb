using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Godwit.CommandLine.Commands;

/// <summary>Logging of what no host logs: the supervisor itself. The same form as that of the hosts, on standard error.</summary>
internal static class CommandLogging
{
    public static ILoggerFactory Create(LogLevel level) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(level)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        }));
}
