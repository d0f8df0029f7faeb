namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>How a choice came out on one prompt. A chooser that draws lots has expectations here.</summary>
/// <param name="Correct">1 when the chosen expert has the lowest true loss (ties count as right), else 0.</param>
/// <param name="WithinEpsilon">1 when its loss is at most ε above the lowest.</param>
/// <param name="Loss">Its true loss, in nats per byte.</param>
/// <param name="Regret">Its true loss above the lowest, in nats per byte.</param>
public readonly record struct PromptOutcome(double Correct, double WithinEpsilon, double Loss, double Regret)
{
    /// <summary>What choosing one expert gives.</summary>
    /// <param name="losses">True losses of the experts on this prompt.</param>
    /// <param name="choice">Index of the chosen one.</param>
    /// <param name="epsilon">Nats per byte that count as equally good.</param>
    public static PromptOutcome Of(ReadOnlySpan<double> losses, int choice, double epsilon)
    {
        double regret = losses[choice] - Lowest(losses);
        return new PromptOutcome(regret <= 0 ? 1 : 0, regret <= epsilon ? 1 : 0, losses[choice], regret);
    }

    /// <summary>What choosing evenly at random gives in expectation; nothing is drawn.</summary>
    /// <param name="losses">True losses of the experts on this prompt.</param>
    /// <param name="epsilon">Nats per byte that count as equally good.</param>
    public static PromptOutcome OfRandom(ReadOnlySpan<double> losses, double epsilon)
    {
        double lowest = Lowest(losses), correct = 0, within = 0, sum = 0;
        foreach (double loss in losses)
        {
            correct += loss <= lowest ? 1 : 0;
            within += loss - lowest <= epsilon ? 1 : 0;
            sum += loss;
        }

        int n = losses.Length;
        return new PromptOutcome(correct / n, within / n, sum / n, (sum / n) - lowest);
    }

    /// <summary>The oracle's loss.</summary>
    public static double Lowest(ReadOnlySpan<double> losses)
    {
        double lowest = losses[0];
        foreach (double loss in losses)
        {
            lowest = Math.Min(lowest, loss);
        }

        return lowest;
    }
}
