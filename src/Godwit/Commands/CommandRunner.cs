using Godwit.CommandLine.Hosting;

namespace Godwit.CommandLine.Commands;

/// <summary>Runs the body of a command; expected failures become one line each on standard error, and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(Func<Task<int>> body, TextWriter errors)
    {
        try
        {
            return await body();
        }
        catch (Exception e) when (FailureReport.Of(e) is { } report)
        {
            foreach (string line in report.Lines)
                await errors.WriteLineAsync($"godwit: {line}");
            return report.ExitCode;
        }
    }
}
