using System.CommandLine;
using Godwit.CommandLine.Render;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit render DIR</c> on the command line.</summary>
internal static class RenderCommandLine
{
    public static Command Create()
    {
        Argument<string> directory = new("DIR") { Description = "Folder with a tokenizer_config.json that has a chat template." };
        Command command = new(
            "render",
            """Render chats as JSON lines: {"messages","tools","add_generation_prompt","extra"} on standard input, {"rendered"} or {"error"} on standard output.""")
        {
            directory,
        };
        command.SetAction(result => RenderCommand.Run(
            result.GetRequiredValue(directory), Console.In, Console.Out, Console.Error, TimeProvider.System));
        return command;
    }
}
