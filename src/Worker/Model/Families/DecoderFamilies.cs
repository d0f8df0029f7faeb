namespace Godwit.Worker.Model.Families;

/// <summary>The architectures that are served.</summary>
internal static class DecoderFamilies
{
    private static readonly WeightNames s_gemma2 = new()
    {
        AttentionOutputNorm = "post_attention_layernorm",
        FeedForwardNorm = "pre_feedforward_layernorm",
        FeedForwardOutputNorm = "post_feedforward_layernorm",
    };

    private static readonly DecoderFamily s_gemma = new("")
    {
        Config = new() { Activation = "hidden_activation" },
        Settings = ["attention_bias", "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping"],
        Norm = NormKind.RmsAroundOne,
        ScaleEmbedding = true,
        Window = WindowRule.AllButEveryNth,
        DefaultWindow = 4096,
        DefaultHeadDim = 256,
        DefaultActivation = "gelu_pytorch_tanh",
        TiedByDefault = true,
    };

    /// <summary>All of them, in the order in which a refusal lists them.</summary>
    public static IReadOnlyList<DecoderFamily> All { get; } =
    [
        new("LlamaForCausalLM") { Settings = ["attention_bias", "mlp_bias"], KvHeadsDefaultToHeads = true },
        new("MistralForCausalLM") { Window = WindowRule.EveryLayer, DefaultWindow = 4096 },
        new("Qwen2ForCausalLM") { QkvBias = true, Window = WindowRule.UpperLayers, DefaultWindow = 4096 },
        new("Qwen3ForCausalLM")
        {
            Weights = new() { QueryNorm = "self_attn.q_norm", KeyNorm = "self_attn.k_norm" },
            Settings = ["attention_bias"],
            Window = WindowRule.UpperLayers,
            DefaultWindow = 4096,
            DefaultHeadDim = 128,
        },
        s_gemma with
        {
            Architecture = "Gemma2ForCausalLM",
            Weights = s_gemma2,
            DefaultWindowPattern = 2,
            DefaultAttentionSoftCap = 50,
            DefaultLogitSoftCap = 30,
        },
        s_gemma with
        {
            Architecture = "Gemma3ForCausalLM",
            Weights = s_gemma2 with { QueryNorm = "self_attn.q_norm", KeyNorm = "self_attn.k_norm" },
            DefaultWindowPattern = 6,
            DefaultRopeTheta = 1_000_000,
            DefaultLocalRopeTheta = 10_000,
        },
        new("Phi3ForCausalLM")
        {
            Weights = new() { Qkv = ["self_attn.qkv_proj"], GateUp = ["mlp.gate_up_proj"] },
            Settings = ["partial_rotary_factor"],
            Window = WindowRule.EveryLayer,
            KvHeadsDefaultToHeads = true,
            DefaultNormEps = 1e-5,
        },
        new("GPT2LMHeadModel")
        {
            Weights = new()
            {
                // The first GPT-2 files were saved without the prefix.
                Prefixes = ["transformer.", ""],
                Embedding = "wte",
                Positions = "wpe",
                Layers = "h.",
                AttentionNorm = "ln_1",
                Qkv = ["attn.c_attn"],
                AttentionOutput = "attn.c_proj",
                FeedForwardNorm = "ln_2",
                GateUp = ["mlp.c_fc"],
                Down = "mlp.c_proj",
                FinalNorm = "ln_f",
                InputsFirst = true,
                NoWeights = [".attn.bias", ".attn.masked_bias"],
            },
            Config = new()
            {
                Hidden = "n_embd",
                Intermediate = "n_inner",
                Layers = "n_layer",
                Heads = "n_head",
                Context = "n_positions",
                NormEps = "layer_norm_epsilon",
                Activation = "activation_function",
            },
            Norm = NormKind.Layer,
            Gated = false,
            QkvBias = true,
            OtherBiases = true,
            KvHeadsDefaultToHeads = true,
            DefaultNormEps = 1e-5,
            DefaultActivation = "gelu_new",
            TiedByDefault = true,
        },
    ];

    /// <summary>The family of an architecture; null when it is not served.</summary>
    public static DecoderFamily? Find(string architecture) => All.FirstOrDefault(family => family.Architecture == architecture);
}
