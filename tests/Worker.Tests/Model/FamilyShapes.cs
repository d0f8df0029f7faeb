namespace Godwit.Worker.Tests.Model;

/// <summary>Small models of every family, with each part that the family may have.</summary>
internal static class FamilyShapes
{
    private static readonly RandomModelShape s_gemma2 = new()
    {
        Architecture = "Gemma2ForCausalLM",
        Layers = 4,
        KvHeads = 2,
        HeadDim = 16,
        Window = 11,
        AttentionCap = 2,
        LogitCap = 3,
    };

    private static readonly RandomModelShape s_gemma3 = s_gemma2 with
    {
        Architecture = "Gemma3ForCausalLM",
        Layers = 5,
        WindowPattern = 3,
        RopeTheta = 1e6,
        AttentionCap = null,
        LogitCap = null,
    };

    private static readonly RandomModelShape s_phi3 = new() { Architecture = "Phi3ForCausalLM", Tied = false, KvHeads = 2 };

    private static readonly RandomModelShape s_gpt2 = new() { Architecture = "GPT2LMHeadModel", Context = 64, Intermediate = 4 * 48 };

    public static Dictionary<string, RandomModelShape> All { get; } = new()
    {
        ["Llama"] = new(),
        ["Llama, grouped heads"] = new() { Heads = 6, KvHeads = 2, HeadDim = 8 },
        ["Llama, one KV head, head_dim of its own"] = new() { Heads = 4, KvHeads = 1, HeadDim = 32 },
        ["Llama, untied output"] = new() { Tied = false },
        ["Llama, attention bias"] = new() { QkvBias = true, OutputBias = true },
        ["Llama, bias in the feed-forward part"] = new() { FeedForwardBias = true },
        ["Llama, llama3 scaling"] = new() { Rope = "llama3", RopeTheta = 500, Context = 512 },
        ["Llama, linear scaling"] = new() { Rope = "linear" },
        ["Llama, F16"] = new() { Dtype = "F16" },
        ["Llama, BF16"] = new() { Dtype = "BF16" },
        ["Llama, three formats in three shards"] = new() { Shards = 3, Tied = false, Dtype = "mixed" },
        ["Llama, odd sizes"] = new() { Hidden = 42, HeadDim = 14, Heads = 3, KvHeads = 3, Intermediate = 61, Vocabulary = 101 },
        ["Mistral, window"] = new() { Architecture = "MistralForCausalLM", KvHeads = 2, Window = 16, Tied = false },
        ["Mistral, odd window"] = new() { Architecture = "MistralForCausalLM", KvHeads = 1, Window = 5, HeadDim = 20 },
        ["Mistral, window of one"] = new() { Architecture = "MistralForCausalLM", Window = 1 },
        ["Mistral, no window"] = new() { Architecture = "MistralForCausalLM", KvHeads = 2 },
        ["Qwen2"] = new() { Architecture = "Qwen2ForCausalLM", QkvBias = true, RopeTheta = 1e6 },
        ["Qwen2, window in the upper layers"] = new() { Architecture = "Qwen2ForCausalLM", QkvBias = true, Window = 7, FirstWindowLayer = 2 },
        ["Qwen2, yarn"] = new() { Architecture = "Qwen2ForCausalLM", QkvBias = true, Rope = "yarn", RopeTheta = 100 },
        ["Qwen3"] = new() { Architecture = "Qwen3ForCausalLM", KvHeads = 2, HeadDim = 24, RopeTheta = 1e6 },
        ["Qwen3, yarn, bias"] = new() { Architecture = "Qwen3ForCausalLM", HeadDim = 24, Rope = "yarn", QkvBias = true, OutputBias = true },
        ["Gemma 2"] = s_gemma2,
        ["Gemma 2, BF16"] = s_gemma2 with { Dtype = "BF16" },
        ["Gemma 2, F16, no caps, one KV head"] = s_gemma2 with { Dtype = "F16", AttentionCap = null, LogitCap = null, KvHeads = 1 },
        ["Gemma 3"] = s_gemma3,
        ["Gemma 3, linear scaling of the global layers"] = s_gemma3 with { Rope = "linear", Dtype = "BF16", WindowPattern = 2 },
        ["Gemma 3, caps, layer_types"] = s_gemma3 with
        {
            AttentionCap = 4,
            LogitCap = 5,
            WindowPattern = 5,
            Config = """
                {"sliding_window_pattern":null,"layer_types":["sliding_attention","sliding_attention","sliding_attention",
                "sliding_attention","full_attention"]}
                """,
        },
        ["Gemma 3, rope_parameters by kind of layer"] = s_gemma3 with
        {
            Rope = "linear",
            Config = """
                {"rope_theta":null,"rope_local_base_freq":null,"rope_scaling":null,"rope_parameters":{
                "full_attention":{"rope_type":"linear","factor":8.0,"rope_theta":1e6},
                "sliding_attention":{"rope_type":"default","rope_theta":100}}}
                """,
        },
        ["GPT-2"] = s_gpt2,
        ["GPT-2, odd heads, inner size of its own, no prefix"] = s_gpt2 with { Hidden = 45, Heads = 5, HeadDim = 9, Intermediate = 77, Prefix = "" },
        ["GPT-2, untied output, F16"] = s_gpt2 with { Tied = false, Dtype = "F16" },
        ["Phi-3"] = s_phi3 with { Window = 13 },
        ["Phi-3, part of a head turned"] = s_phi3 with { HeadDim = 16, RotaryPart = 0.75, Tied = true },
        ["Phi-3, longrope, long"] = s_phi3 with { Rope = "longrope", RotaryPart = 0.5, HeadDim = 24 },
        ["Phi-3, longrope, short"] = s_phi3 with { Rope = "longrope", Original = 64, Served = 64 },
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
