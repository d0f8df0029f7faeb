namespace Godwit.Worker.Model.Families;

/// <summary>What a family calls the sizes in its <c>config.json</c>.</summary>
internal sealed record ConfigNames
{
    public string Hidden { get; init; } = "hidden_size";

    public string Intermediate { get; init; } = "intermediate_size";

    public string Layers { get; init; } = "num_hidden_layers";

    public string Heads { get; init; } = "num_attention_heads";

    public string Context { get; init; } = "max_position_embeddings";

    public string NormEps { get; init; } = "rms_norm_eps";

    public string Activation { get; init; } = "hidden_act";
}
