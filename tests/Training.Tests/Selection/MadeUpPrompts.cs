using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Tests.Selection;

/// <summary>
/// Prompts of made-up words: each domain has words of its own, and every prompt some that all share. An expert does well where a prompt has
/// many words of its domain; a generalist is nowhere the best and nowhere bad.
/// </summary>
internal static class MadeUpPrompts
{
    public const string Generalist = "all";
    public static readonly string[] Domains = ["north", "east", "south", "west"];
    public static readonly string[] Experts = [.. Domains, Generalist];

    private static readonly Dictionary<(string, int), string[]> s_words = [];
    private static readonly string[] s_shared = Words("common", 60);

    public static List<LabelledPrompt> Make(int count, int seed)
    {
        Random random = new(seed);
        List<LabelledPrompt> prompts = [];
        for (int i = 0; i < count; i++)
        {
            int domain = random.Next(Domains.Length), other = random.Next(Domains.Length);
            string[] own = Words(Domains[domain], 80), second = Words(Domains[other], 80);
            string[] words = [.. Enumerable.Range(0, random.Next(12, 40)).Select(_ => random.Next(6) switch
            {
                < 2 => own[random.Next(own.Length)],
                2 => second[random.Next(second.Length)],
                _ => s_shared[random.Next(s_shared.Length)],
            })];
            double difficulty = 1.5 + (0.2 * random.NextDouble());
            string split = (i % 10) switch { 0 => PromptSplits.Validation, 1 => PromptSplits.Calibration, _ => PromptSplits.Train };
            prompts.Add(new LabelledPrompt(
                $"made/{i}",
                Domains[domain],
                split,
                PromptVariants.Original,
                string.Join(' ', words),
                Experts.ToDictionary(expert => expert, expert => difficulty + (0.02 * random.NextDouble()) - Skill(expert, words))));
        }

        return prompts;
    }

    private static double Skill(string expert, string[] words) => expert == Generalist
        ? 0.15
        : 0.9 * words.Count(word => Array.IndexOf(Words(expert, 80), word) >= 0) / words.Length;

    private static string[] Words(string domain, int count)
    {
        lock (s_words)
        {
            if (!s_words.TryGetValue((domain, count), out string[]? words))
            {
                Random random = new(domain.Sum(letter => letter * 31) + domain.Length);
                words = [.. Enumerable.Range(0, count).Select(_ => string.Concat(
                    Enumerable.Range(0, random.Next(4, 9)).Select(_ => (char)('a' + random.Next(26)))))];
                s_words[(domain, count)] = words;
            }

            return words;
        }
    }
}
