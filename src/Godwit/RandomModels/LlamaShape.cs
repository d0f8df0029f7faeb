namespace Godwit.CommandLine.RandomModels;

/// <summary>The numbers of a Llama model, but for vocabulary and context, which do not change what a layer costs.</summary>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Query heads, of Hidden / Heads entries each.</param>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="FeedForward">Width of the feed-forward layers.</param>
/// <param name="Tied">Whether the output projection is the embedding matrix.</param>
internal sealed record LlamaShape(int Hidden, int Layers, int Heads, int KvHeads, int FeedForward, bool Tied)
{
    /// <summary>Shapes by their names on the command line: those of llama2.c's 110M model, SmolLM2-360M and Llama-3.2-1B.</summary>
    public static IReadOnlyDictionary<string, LlamaShape> Named { get; } = new Dictionary<string, LlamaShape>(StringComparer.Ordinal)
    {
        ["110m"] = new(Hidden: 768, Layers: 12, Heads: 12, KvHeads: 12, FeedForward: 2048, Tied: false),
        ["360m"] = new(Hidden: 960, Layers: 32, Heads: 15, KvHeads: 5, FeedForward: 2560, Tied: true),
        ["1b"] = new(Hidden: 2048, Layers: 16, Heads: 32, KvHeads: 8, FeedForward: 8192, Tied: true),
    };

    /// <summary>Entries of one head.</summary>
    public int HeadDim => Hidden / Heads;

    /// <summary>All tensors by their Hugging Face names, in the order in which they are written.</summary>
    public IEnumerable<RandomTensor> Tensors(int vocabulary)
    {
        int kv = KvHeads * HeadDim;
        yield return new("model.embed_tokens.weight", [vocabulary, Hidden]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            yield return new(prefix + "input_layernorm.weight", [Hidden]);
            yield return new(prefix + "self_attn.q_proj.weight", [Hidden, Hidden]);
            yield return new(prefix + "self_attn.k_proj.weight", [kv, Hidden]);
            yield return new(prefix + "self_attn.v_proj.weight", [kv, Hidden]);
            yield return new(prefix + "self_attn.o_proj.weight", [Hidden, Hidden]);
            yield return new(prefix + "post_attention_layernorm.weight", [Hidden]);
            yield return new(prefix + "mlp.gate_proj.weight", [FeedForward, Hidden]);
            yield return new(prefix + "mlp.up_proj.weight", [FeedForward, Hidden]);
            yield return new(prefix + "mlp.down_proj.weight", [Hidden, FeedForward]);
        }

        yield return new("model.norm.weight", [Hidden]);
        if (!Tied)
            yield return new("lm_head.weight", [vocabulary, Hidden]);
    }
}
