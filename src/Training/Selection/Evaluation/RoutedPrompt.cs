using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>A labelled prompt and what the router made of it; arrays are over the experts that are evaluated.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Losses">True losses, nats per byte.</param>
/// <param name="Predicted">Predicted losses.</param>
/// <param name="Deviations">Predicted standard deviations of the errors; NaN: not known.</param>
/// <param name="IsOutOfDomain">The router says that it knows nothing like it.</param>
/// <param name="Features">Hashed features.</param>
/// <param name="Embedding">The router's hidden layer.</param>
internal sealed record RoutedPrompt(
    LabelledPrompt Prompt,
    double[] Losses,
    double[] Predicted,
    double[] Deviations,
    bool IsOutOfDomain,
    SparseRow Features,
    float[] Embedding)
{
    /// <summary>Index of the expert that is chosen with nothing asked for: model <c>auto</c>.</summary>
    public int Choice { get; init; }

    /// <summary>The prediction was not gone by, and the generalist was chosen.</summary>
    public bool Abstained { get; init; }

    /// <summary>Index of the expert that is chosen by predicted loss alone: model <c>auto:best</c>.</summary>
    public int BestChoice { get; init; }

    /// <summary>What baselines may see of it.</summary>
    public BaselinePrompt AsBaseline => new(Prompt.Domain, Features, Embedding, Losses);
}
