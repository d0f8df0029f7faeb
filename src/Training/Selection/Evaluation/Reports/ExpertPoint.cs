namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>What always choosing one expert gives.</summary>
/// <param name="Id">The expert.</param>
/// <param name="Cost">Its cost.</param>
/// <param name="Loss">Its mean true loss, nats per byte.</param>
public sealed record ExpertPoint(string Id, double Cost, double Loss);
