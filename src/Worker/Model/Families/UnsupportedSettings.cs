namespace Godwit.Worker.Model.Families;

/// <summary>
/// Settings of a <c>config.json</c> that change what a decoder computes and that are not done here, or not in the family at hand. They may
/// be absent, null, or have the value that asks for nothing; anything else is refused by name rather than answered wrongly.
/// </summary>
internal static class UnsupportedSettings
{
    /// <summary>Name → the number that asks for nothing (false is 0, true is 1); null when every value asks for something.</summary>
    private static readonly (string Name, double? Neutral)[] s_settings =
    [
        ("mlp_bias", 0),
        ("add_cross_attention", 0),
        ("is_encoder_decoder", 0),
        ("use_bidirectional_attention", 0),
        ("partial_rotary_factor", 1),
        ("rotary_pct", 1),
        ("use_mrope", 0),
        ("no_rope_layers", null),
        ("alibi", 0),
        ("query_pre_attn_scalar", null),
        ("attn_logit_softcapping", null),
        ("final_logit_softcapping", null),
        ("attention_multiplier", null),
        ("embedding_multiplier", 1),
        ("residual_multiplier", 1),
        ("logits_scaling", 1),
        ("logit_scale", 1),
        ("clip_qkv", null),
        ("qk_layernorm", 0),
        ("use_qk_norm", 0),
        ("parallel_attn", 0),
        ("use_parallel_residual", 0),
        ("attention_chunk_size", null),
        ("attn_temperature_tuning", 0),
        ("scale_attn_weights", 1),
        ("scale_attn_by_inverse_layer_idx", 0),
        ("num_experts", 0),
        ("num_local_experts", 0),
        ("n_routed_experts", 0),
        ("moe_intermediate_size", 0),
        ("num_nextn_predict_layers", 0),
    ];

    /// <summary>Refuses a configuration that asks for more than the family has.</summary>
    /// <exception cref="ModelLoadException">It does.</exception>
    public static void Refuse(ConfigSection json, DecoderFamily family)
    {
        if (json.Has("quantization_config"))
        {
            throw json.Problem("quantised weights ('quantization_config') are not supported; supported: F32, F16, BF16");
        }

        foreach ((string name, double? neutral) in s_settings)
        {
            if (!family.Has(name) && json.Has(name) && json.NumberOrSwitch(name) != neutral)
            {
                string supported = neutral is { } value ? $"null or {value}" : "null";
                throw json.Problem($"{name} {json.Show(name)} is not supported for {family.Architecture}; supported: {supported}");
            }
        }
    }
}
