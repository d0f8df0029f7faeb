using Godwit.Training.Selection.Evaluation.Baselines;
using Godwit.Training.Selection.Evaluation.Data;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>A held-out prompt and what the router made of it; arrays are over the experts that are evaluated.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Losses">True losses, nats per byte.</param>
/// <param name="Predicted">Predicted losses.</param>
/// <param name="Deviations">Predicted standard deviations of the errors; NaN: not known.</param>
/// <param name="Features">Hashed features.</param>
/// <param name="Embedding">The router's hidden layer.</param>
/// <param name="Choice">Index of the chosen expert.</param>
/// <param name="Abstained">The prediction was not gone by, and the generalist was chosen.</param>
public sealed record RoutedPrompt(
    HeldoutPrompt Prompt,
    double[] Losses,
    double[] Predicted,
    double[] Deviations,
    SparseRow Features,
    float[] Embedding,
    int Choice,
    bool Abstained)
{
    /// <summary>What baselines may see of it.</summary>
    public BaselinePrompt AsBaseline => new(Prompt.Domain, Features, Embedding, Losses);
}
