using System.CommandLine;
using Godwit.CommandLine.Tokenize;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit tokenize DIR</c> on the command line.</summary>
internal static class TokenizeCommandLine
{
    public static Command Create()
    {
        Argument<string> directory = new("DIR") { Description = "Folder with a tokenizer.json." };
        Command command = new(
            "tokenize",
            """Tokenize JSON lines: {"text"} on standard input, {"ids","decoded"} on standard output, no special tokens added.""")
        {
            directory,
        };
        command.SetAction(result => TokenizeCommand.Run(result.GetRequiredValue(directory), Console.In, Console.Out, Console.Error));
        return command;
    }
}
