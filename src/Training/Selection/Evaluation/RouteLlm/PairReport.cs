using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.RouteLlm;

/// <summary>Routers between the two models of a table, fitted on a random part of it and tried on the rest.</summary>
/// <param name="Name">The table.</param>
/// <param name="Weak">The model that is right less often.</param>
/// <param name="WeakAccuracy">How often.</param>
/// <param name="Strong">The other.</param>
/// <param name="StrongAccuracy">How often it is right.</param>
/// <param name="Fitted">Prompts fitted on.</param>
/// <param name="N">Prompts tried.</param>
/// <param name="Routers">
/// <c>embedding</c>: ridge on the router's frozen embedding, as a head is added; <c>features</c>: a linear classifier on its hashed
/// features; <c>subject_mean</c>: the mean of the prompt's subject, which no server is told; <c>knn</c>: 50 nearest by embedding;
/// <c>oracle</c>: the truth. Random has an APGR of 0.5.
/// </param>
public sealed record PairReport(
    string Name,
    string Weak,
    double WeakAccuracy,
    string Strong,
    double StrongAccuracy,
    int Fitted,
    int N,
    IReadOnlyDictionary<string, PairFigures> Routers);
