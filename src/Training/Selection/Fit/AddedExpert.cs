namespace Godwit.Training.Selection.Fit;

/// <summary>A router with one expert more.</summary>
/// <param name="Router">The router.</param>
/// <param name="Probes">Prompts that the expert was labelled with.</param>
/// <param name="HeadError">Root mean square error of a head on probes that it was not fitted to, nats per byte.</param>
/// <param name="MeansError">That of the means per cluster.</param>
/// <param name="HasHead">Whether the head was better, and there.</param>
internal sealed record AddedExpert(TrainedRouter Router, int Probes, double HeadError, double MeansError, bool HasHead);
