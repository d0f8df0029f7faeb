using Godwit.Router.Features;

namespace Godwit.Router.Prediction;

/// <summary>
/// What a router file says of itself: JSON in its metadata under <see cref="MetadataKey"/>, so that one file is the whole router.
/// </summary>
/// <param name="Version">Version of the file's format, <see cref="CurrentVersion"/>.</param>
/// <param name="Features">What its graph wants of a prompt.</param>
/// <param name="Experts">The experts it knows; those with a head are the columns of its outputs, in this order.</param>
/// <param name="Golden">Prompts and what it predicted for them when it was written, checked when it is loaded.</param>
/// <param name="TrainingData">SHA-256 of what it was trained on, 64 hex digits.</param>
/// <param name="Trained">When it was trained.</param>
/// <param name="OutOfDomainDistance">
/// Distance of a prompt's embedding from the nearest centroid beyond which the prompt is unlike everything seen; 0: not known.
/// </param>
/// <param name="Centroids">Centres of the clusters of embeddings; each as long as the embedding.</param>
public sealed record RouterManifest(
    int Version,
    FeatureSpec Features,
    IReadOnlyList<RouterExpert> Experts,
    IReadOnlyList<GoldenPrompt> Golden,
    string TrainingData,
    DateTimeOffset Trained,
    double OutOfDomainDistance,
    IReadOnlyList<float[]> Centroids)
{
    /// <summary>Version that this program reads and writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Key of the file's metadata that holds it.</summary>
    public const string MetadataKey = "godwit.router";
}
