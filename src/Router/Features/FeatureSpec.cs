namespace Godwit.Router.Features;

/// <summary>What <see cref="PromptFeatures"/> computes; training, evaluation and serving must have the same.</summary>
/// <param name="Buckets">Rows of the embedding table, over <see cref="PromptFeatures.SurfaceBuckets"/>.</param>
/// <param name="MaxSlots">Most features of one prompt, over <see cref="PromptFeatures.SurfaceFeatures"/>.</param>
/// <param name="CharOrders">Lengths of the character n-grams, ascending, 1 to 8.</param>
/// <param name="Words">Whole words are features too.</param>
/// <param name="Version">Version of the algorithm; this program computes <see cref="PromptFeatures.Version"/>.</param>
public sealed record FeatureSpec(int Buckets, int MaxSlots, IReadOnlyList<int> CharOrders, bool Words, int Version)
{
    /// <summary>What a new router is trained with.</summary>
    public static FeatureSpec Default { get; } = new(32_768, 1024, [3, 4], Words: true, PromptFeatures.Version);

    /// <summary>What is wrong with it; null: nothing.</summary>
    public string? Fault() => this switch
    {
        { Version: not PromptFeatures.Version } => $"its features have version {Version}, not {PromptFeatures.Version}",
        { Buckets: <= PromptFeatures.SurfaceBuckets or > 1 << 22 } => $"{Buckets} buckets are out of range",
        { MaxSlots: <= PromptFeatures.SurfaceFeatures or > 8192 } => $"{MaxSlots} slots are out of range",
        { CharOrders: null or { Count: > 8 } } => "the lengths of its n-grams are missing or too many",
        _ when CharOrders.Any(order => order is < 1 or > PromptFeatures.MaxOrder)
            || !CharOrders.SequenceEqual(CharOrders.Order().Distinct()) =>
            $"the lengths of its n-grams must ascend from 1 to {PromptFeatures.MaxOrder}",
        _ => null,
    };
}
