namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>What stands beside a router, always.</summary>
/// <param name="Random">Every expert alike; the expectation.</param>
/// <param name="BestSingle">The expert that is best on average of what the baselines were fitted on.</param>
/// <param name="BestPerDomain">
/// The best of the prompt's true domain, which no server would be told; where that was never seen, the best single.
/// </param>
/// <param name="BestPerClassifiedDomain">The best of the domain that a linear classifier on the router's features says.</param>
/// <param name="Knn">Nearest neighbours by the router's embedding.</param>
/// <param name="KnnFeatures">Nearest neighbours by hashed features.</param>
public sealed record BaselineReports(
    BaselineReport Random,
    BaselineReport BestSingle,
    BaselineReport BestPerDomain,
    BaselineReport BestPerClassifiedDomain,
    BaselineReport Knn,
    BaselineReport KnnFeatures)
{
    /// <summary>Each with its name, as JSON has it.</summary>
    public IEnumerable<(string Name, BaselineReport Report)> Named() =>
    [
        ("random", Random), ("best_single", BestSingle), ("best_per_domain", BestPerDomain),
        ("best_per_classified_domain", BestPerClassifiedDomain), ("knn", Knn), ("knn_features", KnnFeatures),
    ];
}
