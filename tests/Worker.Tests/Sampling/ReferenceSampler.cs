using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

/// <summary>The stages of the sampler, in its order.</summary>
internal enum Stage
{
    Allowed,
    Grammar,
    BadWords,
    MinTokens,
    Bias,
    Repetition,
    Frequency,
    Presence,
    Temperature,
    MinP,
    TopK,
    TopP,
}

/// <summary>
/// The distribution that the parameters describe, computed in the plainest way: every stage maps a row of logits to a row of logits, in
/// float64, with full sorts, in any order that is asked for.
/// </summary>
internal sealed record ReferenceSampler(SamplingParams Sampling, int[] Prompt, int[] Output, int[] EndTokens, int[]? Grammar = null)
{
    public static readonly Stage[] Order = Enum.GetValues<Stage>();

    /// <summary>The order with two stages exchanged.</summary>
    public static Stage[] Swapped(Stage a, Stage b) => [.. Order.Select(stage => stage == a ? b : stage == b ? a : stage)];

    public double[] Distribution(float[] logits, Stage[]? order = null)
    {
        double[] row = [.. logits.Select(l => (double)l)];
        foreach (Stage stage in order ?? Order)
        {
            row = Apply(stage, row);
        }

        return Softmax(row);
    }

    private double[] Apply(Stage stage, double[] row) => stage switch
    {
        Stage.Allowed => Sampling.AllowedTokenIds is { } allowed ? Keep(row, id => allowed.Contains(id)) : row,
        Stage.Grammar => Grammar is not null ? Keep(row, id => Grammar.Contains(id)) : row,
        Stage.BadWords => Keep(row, id => !Sampling.BadWords.Any(word => Completes(word, id))),
        Stage.MinTokens => Output.Length < Sampling.MinTokens ? Keep(row, id => !Ends(id)) : row,
        Stage.Bias => Map(row, (id, l) => l + Sampling.LogitBias.Where(b => b.Id == id).Sum(b => b.Bias)),
        Stage.Repetition => Map(row, (id, l) => !Prompt.Contains(id) && !Output.Contains(id) ? l
            : l > 0 ? l / Sampling.RepetitionPenalty : l * Sampling.RepetitionPenalty),
        Stage.Frequency => Map(row, (id, l) => l - (Sampling.FrequencyPenalty * Output.Count(o => o == id))),
        Stage.Presence => Map(row, (id, l) => Output.Contains(id) ? l - Sampling.PresencePenalty : l),
        Stage.Temperature => Map(row, (_, l) => l / Sampling.Temperature),
        Stage.MinP => MinP(row),
        Stage.TopK => Sampling.TopK > 0 ? Keep(row, id => Sorted(row).Take(Sampling.TopK).Contains(id)) : row,
        _ => TopP(row),
    };

    private double[] MinP(double[] row)
    {
        double[] probabilities = Softmax(row);
        return Keep(row, id => probabilities[id] >= Sampling.MinP * probabilities.Max());
    }

    private double[] TopP(double[] row)
    {
        double[] probabilities = Softmax(row);
        var kept = new HashSet<int>();
        double mass = 0;
        foreach (int id in Sorted(row).TakeWhile(_ => mass < Sampling.TopP || kept.Count == 0))
        {
            kept.Add(id);
            mass += probabilities[id];
        }

        return Sampling.TopP < 1 ? Keep(row, kept.Contains) : row;
    }

    private bool Ends(int id) => Sampling.StopTokenIds.Contains(id) || (!Sampling.IgnoreEos && EndTokens.Contains(id));

    private bool Completes(IReadOnlyList<int> word, int id) =>
        word[^1] == id && Output.Length >= word.Count - 1 && Output[^(word.Count - 1)..].SequenceEqual(word.Take(word.Count - 1));

    private static IEnumerable<int> Sorted(double[] row) =>
        Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).ThenBy(id => id);

    private static double[] Keep(double[] row, Func<int, bool> keep) => Map(row, (id, l) => keep(id) ? l : double.NegativeInfinity);

    private static double[] Map(double[] row, Func<int, double, double> map) =>
        [.. row.Select((l, id) => double.IsNegativeInfinity(l) ? l : map(id, l))];

    private static double[] Softmax(double[] row)
    {
        double largest = row.Max();
        double[] weights = [.. row.Select(l => Math.Exp(l - largest))];
        return [.. weights.Select(w => w / weights.Sum())];
    }
}
