using System.CommandLine;
using Godwit.CommandLine.Conversion;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit convert …</c> on the command line.</summary>
internal static class ConvertCommandLine
{
    public static Command Create() => new("convert", "Make a folder in Hugging Face layout out of a model in another format.")
    {
        Llama2c(),
    };

    private static Command Llama2c()
    {
        Argument<string> checkpoint = new("CHECKPOINT") { Description = "The model, a .bin file of llama2.c." };
        Argument<string> tokenizer = new("TOKENIZER") { Description = "Its tokenizer: a .bin file of llama2.c, or a SentencePiece .model." };
        Argument<string> output = new("OUTPUT") { Description = "Folder to write." };
        Option<string> name = new("--name") { Description = "Name of the model. Default: the output folder's name.", HelpName = "NAME" };
        Command command = new("llama2c", "Convert a llama2.c checkpoint.") { checkpoint, tokenizer, output, name };
        command.SetAction(result =>
        {
            string folder = result.GetRequiredValue(output);
            return ConvertLlama2cCommand.Run(
                result.GetRequiredValue(checkpoint),
                result.GetRequiredValue(tokenizer),
                folder,
                result.GetValue(name) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
                Console.Out,
                Console.Error);
        });
        return command;
    }
}
