using System.CommandLine;
using Godwit.CommandLine.Library;
using Godwit.CommandLine.RandomModels;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit make-model</c> on the command line.</summary>
internal static class MakeModelCommandLine
{
    private const string DefaultTokenizer = "stories260k";

    public static Command Create()
    {
        Option<string> arch = new("--arch") { Description = "Family.", HelpName = "llama", DefaultValueFactory = _ => "llama" };
        Option<string> size = new("--size")
        {
            Description = "Shape: that of llama2.c's 110M model with an output projection of its own (134 million parameters, 270 MB), of "
                + "SmolLM2-360M, or of Llama-3.2-1B (both share it with the embedding).",
            HelpName = "110m|360m|1b",
            Required = true,
        };
        Option<long> seed = new("--seed") { Description = "Seed of the weights.", HelpName = "S", DefaultValueFactory = _ => 1 };
        Option<int> context = new("--context")
        {
            Description = "Longest sequence in tokens.",
            HelpName = "N",
            DefaultValueFactory = _ => 1024,
        };
        Option<string> tokenizer = new("--tokenizer")
        {
            Description = "Folder whose tokenizer the model gets, filled up with words that no text encodes to, to "
                + $"{MakeModelCommand.Vocabulary} tokens. Default: that of the bundled {DefaultTokenizer}.",
            HelpName = "DIR",
        };
        Option<string> output = new("--out") { Description = "Folder to write.", HelpName = "DIR", Required = true };
        arch.AcceptOnlyFromAmong("llama");
        size.AcceptOnlyFromAmong([.. LlamaShape.Named.Keys]);
        context.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 16 or > 1 << 20)
                result.AddError($"--context must be from 16 to {1 << 20}.");
        });
        Command command = new("make-model", "Make a model with random weights (bf16), for measuring speed without a download.")
        {
            arch, size, seed, context, tokenizer, output,
        };
        command.SetAction(result => CommandRunner.RunAsync(
            () => Task.FromResult(MakeModelCommand.Run(
                $"random-llama-{result.GetRequiredValue(size)}",
                LlamaShape.Named[result.GetRequiredValue(size)],
                result.GetValue(seed),
                result.GetValue(context),
                result.GetValue(tokenizer) ?? ModelFolders.Bundled().FolderOf(DefaultTokenizer),
                result.GetRequiredValue(output),
                Console.Out,
                Console.Error,
                Console.IsErrorRedirected ? TextWriter.Null : Console.Error)),
            Console.Error));
        return command;
    }
}
