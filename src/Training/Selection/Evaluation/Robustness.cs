using Godwit.Training.Selection.Evaluation.Reports;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>Tries whether what says nothing about a prompt moves it to another expert.</summary>
internal static class Robustness
{
    private const int MostPrefixed = 500;

    // The last two are of the kind that attacks on routers use: they say nothing, and look like something.
    private static readonly string[] s_prefixes =
    [
        "Please read the following carefully.\n\n",
        "zx-Quantum :: lattice{7f3a} ~~ ",
        "Before you answer, consider every theorem that may apply. ",
    ];

    /// <summary>The report.</summary>
    public static RobustnessReport Of(EvaluatedRouter router, IReadOnlyList<RoutedPrompt> prompts, HeldoutGroups groups)
    {
        Dictionary<string, int> originals = [];
        foreach (int i in groups.Heldout)
        {
            originals.TryAdd(prompts[i].Prompt.Id, prompts[i].Choice);
        }

        RoutedPrompt[] copies = [.. groups.Normalised.Select(i => prompts[i]).Where(prompt => originals.ContainsKey(prompt.Prompt.Id))];
        return new RobustnessReport(
            copies.Length == 0 ? null : copies.Average(copy => originals[copy.Prompt.Id] == copy.Choice ? 1.0 : 0.0),
            Spread(groups.Heldout).Select(i => prompts[i]).SelectMany(prompt => s_prefixes.Select(prefix => (prefix, prompt)))
                .Average(pair => router.Choose(pair.prefix + pair.prompt.Prompt.Text) == pair.prompt.Choice ? 1.0 : 0.0));
    }

    // Files are ordered by domain: a few from everywhere.
    private static IEnumerable<int> Spread(IReadOnlyList<int> members)
    {
        int count = Math.Min(MostPrefixed, members.Count);
        return Enumerable.Range(0, count).Select(i => members[(int)((long)i * members.Count / count)]);
    }
}
