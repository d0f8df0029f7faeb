using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>Puts a group's choices and those of the baselines together.</summary>
/// <param name="prompts">All routed prompts.</param>
/// <param name="choices">What the baselines choose for each.</param>
/// <param name="heldout">Indices of the held-out prompts, by which the numbers of neighbours are chosen.</param>
/// <param name="epsilon">Nats per byte that count as equally good.</param>
/// <param name="seed">Seed of the resamples.</param>
internal sealed class GroupReports(
    IReadOnlyList<RoutedPrompt> prompts, IReadOnlyList<BaselineChoices> choices, IReadOnlyList<int> heldout, double epsilon, int seed)
{
    private readonly int _knn = BestK(prompts, heldout, i => choices[i].KnnByK);
    private readonly int _knnFeatures = BestK(prompts, heldout, i => choices[i].KnnFeaturesByK);

    /// <summary>Neighbours that the baseline on embeddings asks.</summary>
    public int KnnNeighbours => BaselineFit.Ks[_knn];

    /// <summary>Neighbours that the baseline on features asks.</summary>
    public int KnnFeaturesNeighbours => BaselineFit.Ks[_knnFeatures];

    /// <summary>The report of a group; null when it is empty.</summary>
    /// <param name="members">Indices of its prompts.</param>
    public GroupReport? Of(IReadOnlyList<int> members)
    {
        if (members.Count == 0)
        {
            return null;
        }

        Bootstrap bootstrap = new(members.Count, seed);
        PromptOutcome[] router = Router(members), random = Random(members), single = BestSingle(members);
        BaselineReport Beside(PromptOutcome[] outcomes)
        {
            double[] differences = [.. outcomes.Zip(router, (theirs, ours) => theirs.Regret - ours.Regret)];
            return new BaselineReport(SelectionFigures.Of(outcomes, bootstrap))
            {
                RegretOverRouter = differences.Average(),
                RegretOverRouterInterval = bootstrap.OfMean(differences),
            };
        }

        return new GroupReport(
            SelectionFigures.Of(router, bootstrap),
            GapFigures.Of(router, random, single, bootstrap),
            members.Count,
            members.Average(i => prompts[i].Abstained ? 1.0 : 0.0),
            new BaselineReports(
                Beside(random),
                Beside(single),
                Beside(BestPerDomain(members)),
                Beside(Outcomes(members, i => choices[i].BestPerClassifiedDomain)),
                Beside(Knn(members)),
                Beside(Outcomes(members, i => choices[i].KnnFeaturesByK[_knnFeatures]))));
    }

    /// <summary>The router's figures when it goes by predicted loss alone.</summary>
    public SelectionFigures OfBest(IReadOnlyList<int> members) =>
        SelectionFigures.Of(Outcomes(members, i => prompts[i].BestChoice), new Bootstrap(members.Count, seed));

    /// <summary>How the router's choices came out.</summary>
    public PromptOutcome[] Router(IReadOnlyList<int> members) => Outcomes(members, i => prompts[i].Choice);

    /// <summary>How the best single expert's would.</summary>
    public PromptOutcome[] BestSingle(IReadOnlyList<int> members) => Outcomes(members, i => choices[i].BestSingle);

    /// <summary>How those of the domain's best expert would.</summary>
    public PromptOutcome[] BestPerDomain(IReadOnlyList<int> members) => Outcomes(members, i => choices[i].BestPerDomain);

    /// <summary>How those of nearest neighbours would.</summary>
    public PromptOutcome[] Knn(IReadOnlyList<int> members) => Outcomes(members, i => choices[i].KnnByK[_knn]);

    private PromptOutcome[] Random(IReadOnlyList<int> members) =>
        [.. members.Select(i => PromptOutcome.OfRandom(prompts[i].Losses, epsilon))];

    private PromptOutcome[] Outcomes(IReadOnlyList<int> members, Func<int, int> choice) =>
        [.. members.Select(i => PromptOutcome.Of(prompts[i].Losses, choice(i), epsilon))];

    private static int BestK(IReadOnlyList<RoutedPrompt> prompts, IReadOnlyList<int> heldout, Func<int, int[]> choices) =>
        Enumerable.Range(0, BaselineFit.Ks.Count).MinBy(k => heldout.Sum(i => prompts[i].Losses[choices(i)[k]]));
}
