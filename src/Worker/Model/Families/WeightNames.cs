namespace Godwit.Worker.Model.Families;

/// <summary>
/// What a family calls the parts of a decoder in its files, without the endings <c>.weight</c> and <c>.bias</c>. A part that is null is a
/// part that the family does not have: the names say which norms there are.
/// </summary>
internal sealed record WeightNames
{
    /// <summary>What may stand before all names but the head's; the files decide which it is.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = ["model."];

    /// <summary>Token embedding, [vocabulary, hidden].</summary>
    public string Embedding { get; init; } = "embed_tokens";

    /// <summary>Learned position embedding, [context, hidden].</summary>
    public string? Positions { get; init; }

    /// <summary>What stands before a layer's number.</summary>
    public string Layers { get; init; } = "layers.";

    /// <summary>Norm before attention.</summary>
    public string AttentionNorm { get; init; } = "input_layernorm";

    /// <summary>Queries, keys and values: three matrices, or one that holds them in this order.</summary>
    public IReadOnlyList<string> Qkv { get; init; } = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"];

    /// <summary>Norm of each head's query.</summary>
    public string? QueryNorm { get; init; }

    /// <summary>Norm of each head's key.</summary>
    public string? KeyNorm { get; init; }

    /// <summary>Output projection of attention.</summary>
    public string AttentionOutput { get; init; } = "self_attn.o_proj";

    /// <summary>Norm of what attention adds to the residual.</summary>
    public string? AttentionOutputNorm { get; init; }

    /// <summary>Norm before the feed-forward part.</summary>
    public string FeedForwardNorm { get; init; } = "post_attention_layernorm";

    /// <summary>Gate and up projections: two matrices, or one that holds both in this order; one without a gate.</summary>
    public IReadOnlyList<string> GateUp { get; init; } = ["mlp.gate_proj", "mlp.up_proj"];

    /// <summary>Down projection.</summary>
    public string Down { get; init; } = "mlp.down_proj";

    /// <summary>Norm of what the feed-forward part adds to the residual.</summary>
    public string? FeedForwardOutputNorm { get; init; }

    /// <summary>Norm after the last layer.</summary>
    public string FinalNorm { get; init; } = "norm";

    /// <summary>Output projection to logits, where it is not the embedding; it has no prefix.</summary>
    public string Head { get; init; } = "lm_head";

    /// <summary>Whether the layers' matrices are stored as [inputs, outputs].</summary>
    public bool InputsFirst { get; init; }

    /// <summary>Endings of tensors that some files carry along although they are no weights.</summary>
    public IReadOnlyList<string> NoWeights { get; init; } = [".rotary_emb.inv_freq"];
}
