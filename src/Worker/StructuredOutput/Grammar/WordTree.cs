using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Some texts, read byte by byte from a common root. Several may be equal, and one may be the beginning of another.</summary>
internal sealed class WordTree
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    private readonly List<Dictionary<byte, int>> _children = [[]];
    private readonly List<List<int>> _words = [[]];
    private readonly List<int> _needs = [Cost.Infinite];

    /// <param name="words">The texts, and tokens that suffice for what comes behind each.</param>
    /// <param name="trie">The vocabulary.</param>
    /// <param name="budget">Counts the work.</param>
    public WordTree(IEnumerable<(byte[] Text, int Ending)> words, TokenTrie trie, CompileBudget budget)
    {
        int word = 0;
        foreach ((byte[] text, int ending) in words)
        {
            budget.Spend(10L * text.Length);
            int[] costs = Spelling.Costs([.. text.Select(b => new[] { b })], trie, budget);
            int node = Root;
            Lower(node, Cost.Add(costs[0], ending));
            for (int i = 0; i < text.Length; i++)
            {
                node = Child(node, text[i]);
                Lower(node, Cost.Add(costs[i + 1], ending));
            }

            _words[node].Add(word++);
        }
    }

    /// <summary>The node behind a byte, −1 when no text goes on like this.</summary>
    public int Step(int node, byte value) => _children[node].TryGetValue(value, out int child) ? child : -1;

    /// <summary>Indices of the texts that end at a node.</summary>
    public IReadOnlyList<int> WordsAt(int node) => _words[node];

    /// <summary>True when no text goes on.</summary>
    public bool IsLeaf(int node) => _children[node].Count == 0;

    /// <summary>Tokens that suffice from a node to the end of some text and for what comes behind it.</summary>
    public int Need(int node) => _needs[node];

    private void Lower(int node, int need) => _needs[node] = Math.Min(_needs[node], need);

    private int Child(int node, byte value)
    {
        if (!_children[node].TryGetValue(value, out int child))
        {
            child = _children[node][value] = _children.Count;
            _children.Add([]);
            _words.Add([]);
            _needs.Add(Cost.Infinite);
        }

        return child;
    }
}
