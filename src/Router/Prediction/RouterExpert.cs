namespace Godwit.Router.Prediction;

/// <summary>An expert that a router file knows.</summary>
/// <param name="Id">Id of the model.</param>
/// <param name="WeightsDigest">SHA-256 of the weights that its losses were measured with, 64 hex digits; empty: not known.</param>
/// <param name="MeanLoss">Its mean loss over the training prompts, nats per UTF-8 byte.</param>
/// <param name="ClusterMeans">
/// Its mean loss on the prompts of each cluster, as <see cref="RouterManifest.Centroids"/> are; may be empty.
/// </param>
/// <param name="CalibrationX">Losses that the graph predicts, ascending; empty: they need no calibration.</param>
/// <param name="CalibrationY">What they turned out to be, ascending; linear in between, shifted alike beyond the ends.</param>
/// <param name="HasHead">The graph's outputs have a column for it; without one it is served by its cluster means.</param>
public sealed record RouterExpert(
    string Id,
    string WeightsDigest,
    double MeanLoss,
    IReadOnlyList<double> ClusterMeans,
    IReadOnlyList<double> CalibrationX,
    IReadOnlyList<double> CalibrationY,
    bool HasHead);
