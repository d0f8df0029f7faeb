using System.CommandLine;

namespace Godwit.CommandLine.Commands;

/// <summary>The whole command line.</summary>
internal static class GodwitCommand
{
    public static RootCommand Create() => new(
        """
        Godwit: one OpenAI-compatible address in front of a library of models, on your own machines.

        Without arguments: up.
        """)
    {
        UpCommand.Create(),
        ServeCommand.Create(),
        TokenizeCommandLine.Create(),
        RenderCommandLine.Create(),
        ConvertCommandLine.Create(),
        MakeModelCommandLine.Create(),
        BenchCommandLine.Create(),
        SimulateCommandLine.Create(),
        TrainCommandLine.Create(),
        EvalCommandLine.Create(),
    };

    /// <summary>Parses and runs; the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult result = Create().Parse(arguments.Count == 0 ? ["up"] : arguments);
        if (result.Errors.Count > 0)
        {
            foreach (string problem in ParseProblems.Describe(result))
                await Console.Error.WriteLineAsync($"godwit: {problem}");
            return ExitCodes.Configuration;
        }

        // Commands that run for long handle signals themselves: several hosts share this process, and they stop in an order.
        return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
}
