namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>Which expert each baseline chooses for one prompt, as indices.</summary>
/// <param name="BestSingle">The best on average, whatever the prompt.</param>
/// <param name="BestPerDomain">The best of the prompt's true domain, which no server would be told.</param>
/// <param name="BestPerClassifiedDomain">The best of the domain that a linear classifier takes it for.</param>
/// <param name="KnnByK">Nearest neighbours by the router's embedding, for each of <see cref="BaselineFit.Ks"/>.</param>
/// <param name="KnnFeaturesByK">Nearest neighbours by hashed features, for the same.</param>
public sealed record BaselineChoices(
    int BestSingle, int BestPerDomain, int BestPerClassifiedDomain, int[] KnnByK, int[] KnnFeaturesByK);
