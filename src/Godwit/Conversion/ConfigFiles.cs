using System.Text.Json.Nodes;

namespace Godwit.CommandLine.Conversion;

/// <summary>Writes a llama2.c model's shape as Hugging Face's <c>config.json</c> and <c>generation_config.json</c>.</summary>
internal static class ConfigFiles
{
    private const int BeginId = 1;
    private const int EndId = 2;

    public static JsonObject Config(string name, Llama2cShape shape) => new()
    {
        ["_name_or_path"] = name,
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["attention_bias"] = false,
        ["bos_token_id"] = BeginId,
        ["eos_token_id"] = EosTokens(),
        ["hidden_act"] = "silu",
        ["hidden_size"] = shape.Dim,
        ["intermediate_size"] = shape.HiddenDim,
        ["max_position_embeddings"] = shape.Context,
        ["mlp_bias"] = false,
        ["model_type"] = "llama",
        ["num_attention_heads"] = shape.Heads,
        ["num_hidden_layers"] = shape.Layers,
        ["num_key_value_heads"] = shape.KvHeads,
        // Both are constants of llama2.c.
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["rope_scaling"] = null,
        ["tie_word_embeddings"] = shape.TiedClassifier,
        ["torch_dtype"] = "float32",
        ["vocab_size"] = shape.Vocabulary,
    };

    public static JsonObject GenerationConfig() => new() { ["bos_token_id"] = BeginId, ["eos_token_id"] = EosTokens() };

    /// <summary>llama2.c trains on stories strung together, each begun by the begin token: it marks the end as well.</summary>
    private static JsonArray EosTokens() => new(BeginId, EndId);
}
