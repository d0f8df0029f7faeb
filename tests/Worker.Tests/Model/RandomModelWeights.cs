namespace Godwit.Worker.Tests.Model;

/// <summary>The tensors of a family's files: names, shapes, and how large their random entries are.</summary>
internal static class RandomModelWeights
{
    public static IEnumerable<(string Name, double Scale, long[] Shape)> List(RandomModelShape s) => s.Architecture switch
    {
        "GPT2LMHeadModel" => Gpt2(s),
        _ => Rotary(s),
    };

    private static IEnumerable<(string Name, double Scale, long[] Shape)> Rotary(RandomModelShape s)
    {
        long queries = s.Heads * s.HeadDim, keys = s.KvHeads * s.HeadDim;
        yield return ("model.embed_tokens.weight", s.IsGemma ? 0.3 : 1, [s.Vocabulary, s.Hidden]);
        for (int layer = 0; layer < s.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            (string Name, long Outputs, long Inputs, bool Bias)[] projections = s.Architecture == "Phi3ForCausalLM"
                ?
                [
                    ("self_attn.qkv_proj", queries + (2 * keys), s.Hidden, false),
                    ("self_attn.o_proj", s.Hidden, queries, false),
                    ("mlp.gate_up_proj", 2 * s.Intermediate, s.Hidden, false),
                    ("mlp.down_proj", s.Hidden, s.Intermediate, false),
                ]
                :
                [
                    ("self_attn.q_proj", queries, s.Hidden, s.QkvBias),
                    ("self_attn.k_proj", keys, s.Hidden, s.QkvBias),
                    ("self_attn.v_proj", keys, s.Hidden, s.QkvBias),
                    ("self_attn.o_proj", s.Hidden, queries, s.OutputBias),
                    ("mlp.gate_proj", s.Intermediate, s.Hidden, s.FeedForwardBias),
                    ("mlp.up_proj", s.Intermediate, s.Hidden, s.FeedForwardBias),
                    ("mlp.down_proj", s.Hidden, s.Intermediate, s.FeedForwardBias),
                ];
            foreach ((string name, long outputs, long inputs, bool bias) in projections)
            {
                yield return (prefix + name + ".weight", 1.5 / Math.Sqrt(inputs), [outputs, inputs]);
                if (bias)
                {
                    yield return (prefix + name + ".bias", 0.5, [outputs]);
                }
            }

            string[] norms = s.IsGemma
                ? ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"]
                : ["input_layernorm", "post_attention_layernorm"];
            foreach (string norm in norms)
            {
                yield return (prefix + norm + ".weight", s.IsGemma ? 0.5 : 1, [s.Hidden]);
            }

            if (s.QkNorm)
            {
                yield return (prefix + "self_attn.q_norm.weight", 1, [s.HeadDim]);
                yield return (prefix + "self_attn.k_norm.weight", 1, [s.HeadDim]);
            }
        }

        yield return ("model.norm.weight", s.IsGemma ? 0.5 : 1, [s.Hidden]);
        if (!s.Tied)
        {
            yield return ("lm_head.weight", 0.5, [s.Vocabulary, s.Hidden]);
        }
    }

    private static IEnumerable<(string Name, double Scale, long[] Shape)> Gpt2(RandomModelShape s)
    {
        yield return (s.Prefix + "wte.weight", 1, [s.Vocabulary, s.Hidden]);
        yield return (s.Prefix + "wpe.weight", 0.5, [s.Context, s.Hidden]);
        for (int layer = 0; layer < s.Layers; layer++)
        {
            string prefix = $"{s.Prefix}h.{layer}.";
            foreach (string norm in (string[])["ln_1", "ln_2"])
            {
                yield return (prefix + norm + ".weight", 1, [s.Hidden]);
                yield return (prefix + norm + ".bias", 0.5, [s.Hidden]);
            }

            (string, long, long)[] projections =
            [
                ("attn.c_attn", s.Hidden, 3 * s.Hidden), ("attn.c_proj", s.Hidden, s.Hidden),
                ("mlp.c_fc", s.Hidden, s.Intermediate), ("mlp.c_proj", s.Intermediate, s.Hidden),
            ];
            foreach ((string name, long inputs, long outputs) in projections)
            {
                yield return (prefix + name + ".weight", 1.5 / Math.Sqrt(inputs), [inputs, outputs]);
                yield return (prefix + name + ".bias", 0.5, [outputs]);
            }

            // The causal mask, which older files carry along.
            yield return (prefix + "attn.bias", 1, [1, 1, 4, 4]);
        }

        yield return (s.Prefix + "ln_f.weight", 1, [s.Hidden]);
        yield return (s.Prefix + "ln_f.bias", 0.5, [s.Hidden]);
        if (!s.Tied)
        {
            yield return ("lm_head.weight", 0.5, [s.Vocabulary, s.Hidden]);
        }
    }
}
