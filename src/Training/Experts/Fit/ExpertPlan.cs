namespace Godwit.Training.Experts.Fit;

/// <summary>How an expert is trained.</summary>
/// <param name="Steps">Steps in all.</param>
/// <param name="BatchSequences">Windows in a step.</param>
/// <param name="PeakRate">Highest learning rate.</param>
/// <param name="WarmupSteps">Steps until the rate is reached.</param>
/// <param name="Seed">Seed of the weights and of the order of the texts.</param>
internal sealed record ExpertPlan(int Steps, int BatchSequences, double PeakRate, int WarmupSteps, int Seed)
{
    // What is left of the rate in the end.
    private const double LastShare = 0.05;

    /// <summary>Learning rate of a step: up in a line, down as a cosine.</summary>
    public double Rate(int step)
    {
        if (step < WarmupSteps)
        {
            return PeakRate * (step + 1) / WarmupSteps;
        }

        double done = (double)(step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        return PeakRate * (LastShare + ((1 - LastShare) * 0.5 * (1 + Math.Cos(Math.PI * done))));
    }
}
