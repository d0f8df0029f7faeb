namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>What one setting of the Router's abstention gives.</summary>
/// <param name="Deviations"><c>Router:Selection:AbstainDeviations</c>.</param>
/// <param name="OutOfDomain"><c>Router:Selection:AbstainOutOfDomain</c>.</param>
/// <param name="Abstained">Share of the held-out prompts that go to the generalist for it.</param>
/// <param name="Accuracy">Accuracy on the held-out prompts.</param>
/// <param name="Regret">Regret on them, nats per byte.</param>
/// <param name="SplicedRegret">Regret on spliced prompts; null: there are none.</param>
/// <param name="UnseenRegret">Regret on prompts of an unseen domain; null: there are none.</param>
public sealed record AbstentionReport(
    double Deviations, bool OutOfDomain, double Abstained, double Accuracy, double Regret, double? SplicedRegret, double? UnseenRegret);
