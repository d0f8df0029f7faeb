namespace Godwit.Worker.Model;

/// <summary>Turns a Hugging Face <c>config.json</c> into a <see cref="ModelConfig"/>; absent fields get that library's defaults.</summary>
internal static class ModelConfigReader
{
    private const string Llama = "LlamaForCausalLM";
    private const string Qwen2 = "Qwen2ForCausalLM";
    private const string Mistral = "MistralForCausalLM";

    private const int LargestHidden = 1 << 17;
    private const int LargestIntermediate = 1 << 20;
    private const int MostLayers = 1024;
    private const int MostHeads = 4096;
    private const int LargestHeadDim = 1024;
    private const int LargestVocabulary = 1 << 22;
    private const int LongestContext = 1 << 24;

    public static ModelConfig Read(string directory)
    {
        var path = ModelFolder.RequireFile(directory, "config.json");
        return ModelFolder.ReadObject(path, root => Read(directory, new ConfigSection(path, root)));
    }

    private static ModelConfig Read(string directory, ConfigSection json)
    {
        var architecture = ReadArchitecture(json);
        RefuseUnsupported(json);
        var heads = json.Int("num_attention_heads", 1, MostHeads);
        var hidden = json.Int("hidden_size", 1, LargestHidden);
        var context = json.Int("max_position_embeddings", 1, LongestContext);
        var vocabulary = json.Int("vocab_size", 1, LargestVocabulary);
        RefuseSlidingWindow(json, architecture, context);
        var bias = architecture == Llama && json.Bool("attention_bias", false);

        return new ModelConfig
        {
            Architecture = architecture,
            HiddenSize = hidden,
            IntermediateSize = json.Int("intermediate_size", 1, LargestIntermediate),
            LayerCount = json.Int("num_hidden_layers", 1, MostLayers),
            HeadCount = heads,
            KvHeadCount = ReadKvHeads(json, architecture, heads),
            HeadDim = ReadHeadDim(json, hidden, heads),
            VocabularySize = vocabulary,
            ContextLength = context,
            RmsNormEps = json.Number("rms_norm_eps", 1e-12, 1, 1e-6),
            RopeTheta = RopeConfigReader.ReadTheta(json),
            RopeScaling = RopeConfigReader.ReadScaling(json, LongestContext),
            TieWordEmbeddings = json.Bool("tie_word_embeddings", false),
            QkvBias = bias || architecture == Qwen2,
            OutputBias = bias,
            EosTokenIds = ReadEosTokens(directory, json, vocabulary),
            BosTokenId = json.Has("bos_token_id") ? json.Int("bos_token_id", 0, vocabulary - 1) : null,
        };
    }

    private static string ReadArchitecture(ConfigSection json)
    {
        var name = json.FirstString("architectures") ?? throw json.Problem("names no architecture ('architectures')");
        return name is Llama or Qwen2 or Mistral
            ? name
            : throw json.Problem($"architecture '{name}' is not supported; supported: {Llama}, {Qwen2}, {Mistral}");
    }

    private static void RefuseUnsupported(ConfigSection json)
    {
        var activation = json.Text("hidden_act") ?? "silu";
        if (activation != "silu")
            throw json.Problem($"hidden_act '{activation}' is not supported; supported: silu");
        if (json.Bool("mlp_bias", false))
            throw json.Problem("mlp_bias true is not supported");
        if (json.Has("quantization_config"))
            throw json.Problem("quantised weights ('quantization_config') are not supported; supported: F32, F16, BF16");
    }

    private static void RefuseSlidingWindow(ConfigSection json, string architecture, int context)
    {
        var used = architecture == Mistral || (architecture == Qwen2 && json.Bool("use_sliding_window", false));
        if (!used || !json.Has("sliding_window"))
            return;
        var window = json.Int("sliding_window", 1, int.MaxValue);
        if (window < context)
            throw json.Problem($"sliding_window {window} is not supported; supported: null, or at least max_position_embeddings ({context})");
    }

    private static int ReadKvHeads(ConfigSection json, string architecture, int heads)
    {
        // Only Llama's absent value means "as many as query heads"; the others' defaults are another model's numbers.
        var kvHeads = architecture == Llama && !json.Has("num_key_value_heads") ? heads : json.Int("num_key_value_heads", 1, heads);
        return heads % kvHeads == 0
            ? kvHeads
            : throw json.Problem($"num_attention_heads {heads} is not a multiple of num_key_value_heads {kvHeads}");
    }

    private static int ReadHeadDim(ConfigSection json, int hidden, int heads)
    {
        if (!json.Has("head_dim") && hidden % heads != 0)
            throw json.Problem($"hidden_size {hidden} is not a multiple of num_attention_heads {heads}, and there is no head_dim");
        var dim = json.Has("head_dim") ? json.Int("head_dim", 2, LargestHeadDim) : hidden / heads;
        return dim % 2 == 0 && dim <= LargestHeadDim
            ? dim
            : throw json.Problem($"head_dim {dim} is not supported; supported: even numbers up to {LargestHeadDim}");
    }

    /// <summary>Generation uses <c>generation_config.json</c> where it says something, as Hugging Face does.</summary>
    private static IReadOnlyList<int> ReadEosTokens(string directory, ConfigSection json, int vocabulary)
    {
        var path = Path.Combine(directory, "generation_config.json");
        if (!File.Exists(path))
            return json.Ints("eos_token_id", 0, vocabulary - 1);
        return ModelFolder.ReadObject(path, root =>
        {
            var generation = new ConfigSection(path, root);
            return (generation.Has("eos_token_id") ? generation : json).Ints("eos_token_id", 0, vocabulary - 1);
        });
    }
}
