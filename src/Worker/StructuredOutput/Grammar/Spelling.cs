using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Fewest tokens that write a given text.</summary>
internal static class Spelling
{
    /// <summary>Tokens for the rest of a text from each of its characters on; the last entry, for nothing, is 0.</summary>
    public static int[] Costs(IReadOnlyList<byte[]> characters, TokenTrie trie, CompileBudget budget)
    {
        var costs = new int[characters.Count + 1];
        for (int i = characters.Count - 1; i >= 0; i--)
        {
            costs[i] = characters[i].Length > 1 && trie.HasAllBytes ? Cost.Add(characters[i].Length, costs[i + 1]) : Cost.Infinite;
            int node = TokenTrie.Root;
            for (int j = i; j < characters.Count; j++)
            {
                budget.Spend();
                node = trie.Follow(node, characters[j]);
                if (node < 0)
                {
                    break;
                }

                if (trie.IsToken(node))
                {
                    costs[i] = Math.Min(costs[i], Cost.Add(1, costs[j + 1]));
                }
            }
        }

        return costs;
    }
}
