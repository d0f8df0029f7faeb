using Godwit.Worker.Model;

namespace Godwit.CommandLine.Conversion;

/// <summary><c>godwit convert llama2c</c>: turns a llama2.c checkpoint and its tokenizer into a Hugging Face model folder.</summary>
internal static class ConvertLlama2cCommand
{
    /// <summary>Converts; the folder appears whole or not at all.</summary>
    /// <param name="checkpoint">A version 0 llama2.c <c>.bin</c> file.</param>
    /// <param name="tokenizer">Its <c>tokenizer.bin</c>, or the <c>.vocab</c> file of a SentencePiece model.</param>
    /// <param name="outputDirectory">The folder to make; it must not exist yet, or be empty.</param>
    /// <param name="name">What the model is called in its <c>config.json</c>.</param>
    /// <param name="output">Gets one line when done.</param>
    /// <param name="error">Gets one line that says what is wrong.</param>
    /// <returns>0, or 1 if an input is not convertible or a file cannot be read or written.</returns>
    public static int Run(string checkpoint, string tokenizer, string outputDirectory, string name, TextWriter output, TextWriter error)
    {
        try
        {
            var (shape, tensors) = Llama2cCheckpoint.Read(checkpoint);
            var vocabulary = SentencePieceVocabulary.Read(tokenizer, shape.Vocabulary);
            NewFolder.Write(outputDirectory, folder =>
            {
                NewFolder.WriteJson(folder, "config.json", ConfigFiles.Config(name, shape));
                NewFolder.WriteJson(folder, "generation_config.json", ConfigFiles.GenerationConfig());
                NewFolder.WriteJson(folder, "tokenizer.json", TokenizerFiles.Tokenizer(vocabulary));
                NewFolder.WriteJson(folder, "tokenizer_config.json", TokenizerFiles.TokenizerConfig(shape.Context));
                SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), tensors);
            });
            var parameters = tensors.Sum(t => t.Data.Length / sizeof(float));
            output.WriteLine($"{outputDirectory}: {name}, {parameters} parameters, {shape.Vocabulary} tokens, context {shape.Context}");
            return 0;
        }
        catch (Exception e) when (e is ConversionException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return 1;
        }
    }
}
