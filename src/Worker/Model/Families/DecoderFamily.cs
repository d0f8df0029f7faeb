namespace Godwit.Worker.Model.Families;

/// <summary>
/// What an architecture's name says about a decoder beyond the numbers in its <c>config.json</c>: which parts it has, what they are
/// called, and what Hugging Face's configuration class assumes where the file is silent. Data only; the defaults are Llama's.
/// </summary>
/// <param name="Architecture">The name in <c>architectures</c>.</param>
internal sealed record DecoderFamily(string Architecture)
{
    /// <summary>Weight names, which also say which norms there are.</summary>
    public WeightNames Weights { get; init; } = new();

    /// <summary>Names of the sizes in the configuration.</summary>
    public ConfigNames Config { get; init; } = new();

    /// <summary>
    /// Settings that change the computation and that only some families have; where a family is not said to have one, a value that
    /// asks for something is refused.
    /// </summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Whether the feed-forward part has a gate.</summary>
    public bool Gated { get; init; } = true;

    /// <summary>Whether embeddings are multiplied by the square root of the hidden size.</summary>
    public bool ScaleEmbedding { get; init; }

    /// <summary>Whether queries, keys and values always have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Whether all other products of a layer always have a bias.</summary>
    public bool OtherBiases { get; init; }

    /// <summary>Which layers see only a window.</summary>
    public WindowRule Window { get; init; }

    /// <summary>Window where the configuration names none; null for no window.</summary>
    public int? DefaultWindow { get; init; }

    /// <summary>The n of <see cref="WindowRule.AllButEveryNth"/>.</summary>
    public int DefaultWindowPattern { get; init; }

    /// <summary>KV heads where the configuration names none are as many as query heads; otherwise they must be named.</summary>
    public bool KvHeadsDefaultToHeads { get; init; }

    /// <summary>Null for hidden size ÷ heads.</summary>
    public int? DefaultHeadDim { get; init; }

    public double DefaultNormEps { get; init; } = 1e-6;

    public string DefaultActivation { get; init; } = "silu";

    public double DefaultRopeTheta { get; init; } = 10_000;

    /// <summary>θ of layers with a window; null when they turn as the others do.</summary>
    public double? DefaultLocalRopeTheta { get; init; }

    public double? DefaultAttentionSoftCap { get; init; }

    public double? DefaultLogitSoftCap { get; init; }

    public bool TiedByDefault { get; init; }

    /// <summary>Whether the family has this setting.</summary>
    public bool Has(string setting) => Settings.Contains(setting);
}
