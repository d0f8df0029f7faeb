namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>Mean loss of each expert in each domain, and whom they would choose.</summary>
public sealed class DomainMeans
{
    private readonly Dictionary<string, double[]> _means;
    private readonly int _bestSingle;

    /// <summary>Takes the means of labelled prompts.</summary>
    public DomainMeans(IReadOnlyList<BaselinePrompt> prompts)
    {
        _means = prompts.GroupBy(prompt => prompt.Domain, StringComparer.Ordinal)
            .ToDictionary(domain => domain.Key, domain => Mean([.. domain.Select(prompt => prompt.Losses)]), StringComparer.Ordinal);
        _bestSingle = Lowest(Mean([.. prompts.Select(prompt => prompt.Losses)]));
    }

    /// <summary>The domains, in ordinal order.</summary>
    public IReadOnlyList<string> Domains => [.. _means.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Index of the expert with the lowest mean loss on all prompts.</summary>
    public int BestSingle => _bestSingle;

    /// <summary>
    /// Index of the expert that is best in a domain; of a splice such as <c>code+sql</c>, on the average of both. Where a domain was never
    /// seen, the best single expert.
    /// </summary>
    public int BestIn(string domain)
    {
        double[][] parts = [.. domain.Split('+').Where(_means.ContainsKey).Select(part => _means[part])];
        return parts.Length > 0 ? Lowest(Mean(parts)) : _bestSingle;
    }

    /// <summary>Mean loss of each expert.</summary>
    /// <param name="losses">One array per prompt; at least one.</param>
    public static double[] Mean(IReadOnlyList<double[]> losses)
    {
        double[] sums = new double[losses[0].Length];
        foreach (double[] row in losses)
        {
            for (int m = 0; m < sums.Length; m++)
            {
                sums[m] += row[m] / losses.Count;
            }
        }

        return sums;
    }

    /// <summary>Index of the lowest value, the first of equals.</summary>
    public static int Lowest(double[] values) => Array.IndexOf(values, values.Min());
}
