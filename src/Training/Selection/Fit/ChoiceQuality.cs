namespace Godwit.Training.Selection.Fit;

/// <summary>How good choices by predicted losses are, beside asking always the same expert.</summary>
/// <param name="Accuracy">Share of the prompts for which the best expert was chosen.</param>
/// <param name="Regret">Mean loss of the chosen over that of the best, nats per byte.</param>
/// <param name="SingleAccuracy">Accuracy of the expert with the lowest mean loss.</param>
/// <param name="SingleRegret">Regret of that expert.</param>
internal sealed record ChoiceQuality(double Accuracy, double Regret, double SingleAccuracy, double SingleRegret)
{
    /// <summary>Share of the way from the best single expert to the best possible choice.</summary>
    public double GapClosed => SingleRegret > 0 ? 1 - (Regret / SingleRegret) : 0;

    /// <summary>Compares.</summary>
    /// <param name="predicted">Per prompt, each expert's predicted loss.</param>
    /// <param name="actual">Per prompt, each expert's loss.</param>
    public static ChoiceQuality Of(IReadOnlyList<float[]> predicted, IReadOnlyList<float[]> actual)
    {
        int single = Enumerable.Range(0, actual[0].Length).MinBy(expert => actual.Average(losses => losses[expert]));
        int right = 0, singleRight = 0;
        double regret = 0, singleRegret = 0;
        for (int i = 0; i < actual.Count; i++)
        {
            float best = actual[i].Min(), chosen = actual[i][Array.IndexOf(predicted[i], predicted[i].Min())];
            right += chosen <= best ? 1 : 0;
            singleRight += actual[i][single] <= best ? 1 : 0;
            regret += chosen - best;
            singleRegret += actual[i][single] - best;
        }

        double count = actual.Count;
        return new ChoiceQuality(right / count, regret / count, singleRight / count, singleRegret / count);
    }
}
