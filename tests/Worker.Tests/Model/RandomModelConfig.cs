using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.Model;

/// <summary>The <c>config.json</c> of a random model, as Hugging Face writes it for the family.</summary>
internal static class RandomModelConfig
{
    public static JsonObject Write(RandomModelShape s)
    {
        JsonObject config = s.Architecture == "GPT2LMHeadModel" ? Gpt2(s) : Rotary(s);
        config["architectures"] = new JsonArray(s.Architecture);
        config["vocab_size"] = s.Vocabulary;
        config["tie_word_embeddings"] = s.Tied;
        config["eos_token_id"] = 2;
        config["bos_token_id"] = 1;
        foreach ((string name, JsonNode? value) in JsonNode.Parse(s.Config)!.AsObject())
        {
            config[name] = value?.DeepClone();
        }

        return config;
    }

    private static JsonObject Rotary(RandomModelShape s)
    {
        var config = new JsonObject
        {
            ["hidden_size"] = s.Hidden,
            ["intermediate_size"] = s.Intermediate,
            ["num_hidden_layers"] = s.Layers,
            ["num_attention_heads"] = s.Heads,
            ["num_key_value_heads"] = s.KvHeads,
            ["max_position_embeddings"] = s.Context,
            ["rms_norm_eps"] = s.Eps,
            ["rope_theta"] = s.RopeTheta,
            ["rope_scaling"] = Scaling(s),
        };
        if (s.HeadDim != s.Hidden / s.Heads || s.IsGemma || s.QkNorm)
        {
            config["head_dim"] = s.HeadDim;
        }

        switch (s.Architecture)
        {
            case "LlamaForCausalLM":
                config["hidden_act"] = "silu";
                config["attention_bias"] = s.QkvBias;
                config["mlp_bias"] = s.FeedForwardBias;
                break;
            case "MistralForCausalLM":
                config["hidden_act"] = "silu";
                config["sliding_window"] = s.Window;
                break;
            case "Qwen2ForCausalLM" or "Qwen3ForCausalLM":
                config["hidden_act"] = "silu";
                config["use_sliding_window"] = s.Window is not null;
                config["sliding_window"] = s.Window ?? 4096;
                config["max_window_layers"] = s.FirstWindowLayer;
                config["attention_bias"] = s.OutputBias;
                break;
            case "Phi3ForCausalLM":
                config["hidden_act"] = "silu";
                config["sliding_window"] = s.Window;
                config["partial_rotary_factor"] = s.RotaryPart;
                config["original_max_position_embeddings"] = s.Original;
                break;
            default:
                config["hidden_activation"] = "gelu_pytorch_tanh";
                config["query_pre_attn_scalar"] = s.QueryScalar;
                config["attn_logit_softcapping"] = s.AttentionCap;
                config["final_logit_softcapping"] = s.LogitCap;
                config["sliding_window"] = s.Window;
                if (s.Architecture == "Gemma3ForCausalLM")
                {
                    config["sliding_window_pattern"] = s.WindowPattern;
                    config["rope_local_base_freq"] = Reference.Float64Rope.LocalTheta;
                }

                break;
        }

        return config;
    }

    private static JsonObject? Scaling(RandomModelShape s) => s.Rope switch
    {
        "linear" => new JsonObject { ["rope_type"] = "linear", ["factor"] = 8.0 },
        "llama3" => new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = 8.0,
            ["low_freq_factor"] = 1.0,
            ["high_freq_factor"] = 4.0,
            ["original_max_position_embeddings"] = 32,
        },
        "yarn" => new JsonObject { ["type"] = "yarn", ["factor"] = 4.0, ["original_max_position_embeddings"] = 64 },
        "longrope" => new JsonObject
        {
            ["type"] = "longrope",
            ["short_factor"] = Factors(s, Reference.Float64Rope.ShortFactor),
            ["long_factor"] = Factors(s, Reference.Float64Rope.LongFactor),
        },
        _ => null,
    };

    private static JsonArray Factors(RandomModelShape s, Func<int, double> factor) =>
        [.. Enumerable.Range(0, (int)(s.HeadDim * s.RotaryPart) / 2).Select(i => (JsonNode)factor(i))];

    private static JsonObject Gpt2(RandomModelShape s) => new()
    {
        ["n_embd"] = s.Hidden,
        ["n_inner"] = s.Intermediate == 4 * s.Hidden ? null : s.Intermediate,
        ["n_layer"] = s.Layers,
        ["n_head"] = s.Heads,
        ["n_positions"] = s.Context,
        ["n_ctx"] = s.Context,
        ["layer_norm_epsilon"] = s.Eps,
        ["activation_function"] = "gelu_new",
    };
}
