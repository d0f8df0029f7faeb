namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>One domain of the held-out prompts.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="N">How many prompts.</param>
/// <param name="Accuracy">Share on which the router chose the best expert.</param>
/// <param name="Regret">Its regret, nats per byte.</param>
/// <param name="BestSingleRegret">Regret of the best single expert.</param>
/// <param name="BestPerDomainRegret">Regret of the domain's best expert.</param>
/// <param name="KnnRegret">Regret of nearest neighbours.</param>
/// <param name="Chosen">The expert that was chosen most.</param>
/// <param name="ChosenShare">How often.</param>
/// <param name="Best">The expert that is truly best most often.</param>
/// <param name="BestShare">How often.</param>
public sealed record DomainReport(
    string Domain,
    int N,
    double Accuracy,
    double Regret,
    double BestSingleRegret,
    double BestPerDomainRegret,
    double KnnRegret,
    string Chosen,
    double ChosenShare,
    string Best,
    double BestShare);
