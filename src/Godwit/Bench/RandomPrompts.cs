namespace Godwit.CommandLine.Bench;

/// <summary>Prompts of random tokens, the same for the same seed.</summary>
internal static class RandomPrompts
{
    /// <summary>Draws so many prompts.</summary>
    /// <param name="words">Ids to draw from.</param>
    /// <param name="count">Prompts.</param>
    /// <param name="tokens">Tokens of each.</param>
    /// <param name="seed">Seed.</param>
    public static IEnumerable<IReadOnlyList<int>> Make(int[] words, int count, int tokens, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
            yield return random.GetItems(words, tokens);
    }
}
