namespace Godwit.Router.Prediction;

/// <summary>A prompt and what a router file predicted for it when it was written.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Losses">Output <c>loss</c> of the graph, before calibration: one per expert with a head, in the manifest's order.</param>
public sealed record GoldenPrompt(string Text, IReadOnlyList<double> Losses);
