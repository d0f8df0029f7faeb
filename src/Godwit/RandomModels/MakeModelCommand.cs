using System.Text.Json.Nodes;
using Godwit.CommandLine.Conversion;

namespace Godwit.CommandLine.RandomModels;

/// <summary>
/// <c>godwit make-model</c>: a Hugging Face model folder with random weights. It says nothing of use, at exactly the speed of a model that
/// does: for comparing engines on equal weights without a download.
/// </summary>
internal static class MakeModelCommand
{
    /// <summary>Tokens of every model, unless its tokenizer has more.</summary>
    public const int Vocabulary = 32_000;

    /// <summary>Makes the model; the folder appears whole or not at all.</summary>
    /// <param name="name">What it is called in its <c>config.json</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="seed">Seed of the weights: the same shape, vocabulary and seed give the same bytes.</param>
    /// <param name="context">Longest sequence in tokens.</param>
    /// <param name="tokenizerFolder">Folder whose tokenizer it gets.</param>
    /// <param name="outputDirectory">The folder to make; it must not exist yet, or be empty.</param>
    /// <param name="output">Gets one line when done.</param>
    /// <param name="error">Gets one line that says what is wrong.</param>
    /// <param name="progress">Gets how far it is, on a line that is written over.</param>
    /// <returns>0, or 1 if the tokenizer cannot be used or a file cannot be read or written.</returns>
    public static int Run(
        string name,
        LlamaShape shape,
        long seed,
        int context,
        string tokenizerFolder,
        string outputDirectory,
        TextWriter output,
        TextWriter error,
        TextWriter progress)
    {
        try
        {
            BorrowedTokenizer tokenizer = BorrowedTokenizer.Load(tokenizerFolder);
            int vocabulary = Math.Max(Vocabulary, tokenizer.Tokens);
            RandomTensor[] tensors = [.. shape.Tensors(vocabulary)];
            long parameters = tensors.Sum(tensor => tensor.Elements);
            NewFolder.Write(outputDirectory, folder =>
            {
                NewFolder.WriteJson(folder, "config.json", Config(name, shape, vocabulary, context, tokenizer));
                NewFolder.WriteJson(folder, "generation_config.json", EndTokens(tokenizer));
                tokenizer.Write(folder, vocabulary, context);
                RandomWeightsFile.Write(
                    Path.Combine(folder, "model.safetensors"), tensors, seed, done => Show(progress, done, 2 * parameters));
            });
            output.WriteLine($"{outputDirectory}: {name}, {parameters} parameters, {vocabulary} tokens, context {context}, seed {seed}");
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is ConversionException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static void Show(TextWriter progress, long done, long total)
    {
        progress.Write($"\r{done / 1_000_000} of {total / 1_000_000} MB");
        if (done == total)
            progress.WriteLine();
    }

    private static JsonObject Config(string name, LlamaShape shape, int vocabulary, int context, BorrowedTokenizer tokenizer)
    {
        JsonObject config = EndTokens(tokenizer);
        config["_name_or_path"] = name;
        config["architectures"] = new JsonArray("LlamaForCausalLM");
        config["attention_bias"] = false;
        config["head_dim"] = shape.HeadDim;
        config["hidden_act"] = "silu";
        config["hidden_size"] = shape.Hidden;
        config["intermediate_size"] = shape.FeedForward;
        config["max_position_embeddings"] = context;
        config["mlp_bias"] = false;
        config["model_type"] = "llama";
        config["num_attention_heads"] = shape.Heads;
        config["num_hidden_layers"] = shape.Layers;
        config["num_key_value_heads"] = shape.KvHeads;
        config["rms_norm_eps"] = 1e-5;
        config["rope_theta"] = 10000.0;
        config["rope_scaling"] = null;
        config["tie_word_embeddings"] = shape.Tied;
        config["torch_dtype"] = "bfloat16";
        config["vocab_size"] = vocabulary;
        return config;
    }

    private static JsonObject EndTokens(BorrowedTokenizer tokenizer)
    {
        JsonObject tokens = [];
        if (tokenizer.BeginId is { } begin)
            tokens["bos_token_id"] = begin;
        if (tokenizer.EndId is { } end)
            tokens["eos_token_id"] = end;
        return tokens;
    }
}
