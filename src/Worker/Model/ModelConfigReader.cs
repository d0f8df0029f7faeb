using Godwit.Worker.Model.Families;
using Godwit.Worker.Model.Rope;

namespace Godwit.Worker.Model;

/// <summary>Turns a Hugging Face <c>config.json</c> into a <see cref="ModelConfig"/>; absent fields get that library's defaults.</summary>
internal static class ModelConfigReader
{
    /// <summary>Most tokens that a context may be said to have.</summary>
    public const int LongestContext = 1 << 24;

    private const int LargestHidden = 1 << 17;
    private const int LargestIntermediate = 1 << 20;
    private const int MostLayers = 1024;
    private const int MostHeads = 4096;
    private const int LargestHeadDim = 1024;
    private const int LargestVocabulary = 1 << 22;

    public static ModelConfig Read(string directory)
    {
        var path = ModelFolder.RequireFile(directory, "config.json");
        return ModelFolder.ReadObject(path, root => Read(directory, new ConfigSection(path, root)));
    }

    private static ModelConfig Read(string directory, ConfigSection json)
    {
        var family = ReadFamily(json);
        UnsupportedSettings.Refuse(json, family);
        var names = family.Config;
        var heads = json.Int(names.Heads, 1, MostHeads);
        var hidden = json.Int(names.Hidden, 1, LargestHidden);
        var headDim = ReadHeadDim(json, family, hidden, heads);
        var vocabulary = json.Int("vocab_size", 1, LargestVocabulary);
        var (context, layers) = ReadLayers(json, family, headDim);
        var attentionBias = family.Has("attention_bias") && json.Bool("attention_bias", false);

        return new ModelConfig
        {
            Family = family,
            HiddenSize = hidden,
            IntermediateSize = family.Gated || json.Has(names.Intermediate) ? json.Int(names.Intermediate, 1, LargestIntermediate) : 4 * hidden,
            HeadCount = heads,
            KvHeadCount = ReadKvHeads(json, family, heads),
            HeadDim = headDim,
            VocabularySize = vocabulary,
            ContextLength = context,
            NormEps = json.Number(names.NormEps, 1e-12, 1, family.DefaultNormEps),
            FeedForward = ReadFeedForward(json, family),
            Layers = layers,
            QueryScale = 1 / Math.Sqrt(family.Has("query_pre_attn_scalar") ? json.Number("query_pre_attn_scalar", 1e-6, 1e6, 256) : headDim),
            AttentionSoftCap = ReadSoftCap(json, family, "attn_logit_softcapping", family.DefaultAttentionSoftCap),
            LogitSoftCap = ReadSoftCap(json, family, "final_logit_softcapping", family.DefaultLogitSoftCap),
            TieWordEmbeddings = json.Bool("tie_word_embeddings", family.TiedByDefault),
            QkvBias = family.QkvBias || attentionBias,
            OutputBias = family.OtherBiases || attentionBias,
            FeedForwardBias = family.OtherBiases || (family.Has("mlp_bias") && json.Bool("mlp_bias", false)),
            EosTokenIds = ReadEosTokens(directory, json, vocabulary),
            BosTokenId = json.Has("bos_token_id") ? json.Int("bos_token_id", 0, vocabulary - 1) : null,
        };
    }

    private static DecoderFamily ReadFamily(ConfigSection json)
    {
        var name = json.FirstString("architectures") ?? throw json.Problem("names no architecture ('architectures')");
        return DecoderFamilies.Find(name) ?? throw json.Problem(
            $"architecture '{name}' is not supported; supported: {string.Join(", ", DecoderFamilies.All.Select(f => f.Architecture))}");
    }

    private static (int Context, LayerAttention[] Layers) ReadLayers(ConfigSection json, DecoderFamily family, int headDim)
    {
        var context = json.Int(family.Config.Context, 1, LongestContext);
        var count = json.Int(family.Config.Layers, 1, MostLayers);
        var windows = WindowConfigReader.Read(json, family, count, context);
        if (family.Weights.Positions is not null)
            return (context, [.. windows.Select(window => new LayerAttention(window, Rope: null))]);

        var reader = new RopeConfigReader(json, family, headDim, context);
        var full = reader.ReadFull();
        var local = reader.ReadLocal(full);
        // Models are told to be stretched by YaRN beside a max_position_embeddings that still is the original one.
        if (full.Scaling is YarnRopeScaling yarn)
            context = (int)Math.Clamp(yarn.OriginalContextLength * yarn.Factor, context, LongestContext);
        return (context, [.. windows.Select(window => new LayerAttention(window, window is null ? full : local))]);
    }

    private static FeedForwardKind ReadFeedForward(ConfigSection json, DecoderFamily family)
    {
        var key = family.Config.Activation;
        var activation = json.Text(key) ?? family.DefaultActivation;
        return (activation, family.Gated) switch
        {
            ("silu" or "swish", true) => FeedForwardKind.GatedSilu,
            ("gelu_pytorch_tanh" or "gelu_new" or "gelu_fast", true) => FeedForwardKind.GatedGelu,
            ("gelu_pytorch_tanh" or "gelu_new" or "gelu_fast", false) => FeedForwardKind.Gelu,
            _ => throw json.Problem(
                $"{key} '{activation}' is not supported; supported: {(family.Gated ? "silu, " : "")}gelu_pytorch_tanh, gelu_new, gelu_fast"),
        };
    }

    /// <summary>Here null says that there is no bound, and absence that it is the family's.</summary>
    private static double? ReadSoftCap(ConfigSection json, DecoderFamily family, string name, double? absent)
    {
        if (!family.Has(name) || json.IsNull(name))
            return null;
        return json.Has(name) ? json.Number(name, 1e-3, 1e6) : absent;
    }

    private static int ReadKvHeads(ConfigSection json, DecoderFamily family, int heads)
    {
        // Elsewhere the absent value means another model's number.
        var kvHeads = family.KvHeadsDefaultToHeads && !json.Has("num_key_value_heads") ? heads : json.Int("num_key_value_heads", 1, heads);
        return heads % kvHeads == 0
            ? kvHeads
            : throw json.Problem($"num_attention_heads {heads} is not a multiple of num_key_value_heads {kvHeads}");
    }

    private static int ReadHeadDim(ConfigSection json, DecoderFamily family, int hidden, int heads)
    {
        if (json.Has("head_dim"))
            return json.Int("head_dim", 1, LargestHeadDim);
        if (family.DefaultHeadDim is { } fixedDim && !json.IsNull("head_dim"))
            return fixedDim;
        if (hidden % heads != 0)
            throw json.Problem($"{family.Config.Hidden} {hidden} is not a multiple of {family.Config.Heads} {heads}, and there is no head_dim");
        return hidden / heads <= LargestHeadDim
            ? hidden / heads
            : throw json.Problem($"head_dim {hidden / heads} is not supported; supported: up to {LargestHeadDim}");
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
