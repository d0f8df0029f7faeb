using System.Runtime.CompilerServices;
using Godwit.Worker.StructuredOutput.Frames;

namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>
/// What the tokens of a vocabulary are behind the opening quote of a string of which only the length counts: found once, so that the
/// masks of such strings need no walk. Immutable.
/// </summary>
internal sealed class StringTokens
{
    /// <param name="trie">The vocabulary.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public StringTokens(TokenTrie trie)
    {
        var inside = new List<(int, int, int)>();
        var closing = new List<(int, int)>();
        var cursors = new StringCursor[trie.MaxDepth + 2];
        cursors[0] = new StringCursor(default, 0, int.MaxValue - 1);
        for (int node = TokenTrie.Root + 1; node < trie.NodeCount;)
        {
            int depth = trie.Depth(node);
            StringStep step = cursors[depth - 1].Read(trie.Byte(node), out StringCursor next);
            cursors[depth] = next;
            int characters = int.MaxValue - 1 - next.Most;
            if (step == StringStep.Closed)
            {
                closing.Add((node, characters));
            }
            else if (step == StringStep.Inside && trie.IsToken(node))
            {
                inside.Add((node, characters, next.Partial.IsNone ? 0 : next.Need - 1));
            }

            node = step == StringStep.Inside ? node + 1 : trie.End(node);
        }

        Inside = [.. inside];
        Closing = [.. closing];
    }

    /// <summary>Nodes of tokens that stay within the string, with the characters that they complete and the bytes that the last one lacks.</summary>
    public (int Node, int Characters, int Missing)[] Inside { get; }

    /// <summary>Nodes at the first quote that closes the string, with the characters before it.</summary>
    public (int Node, int Characters)[] Closing { get; }
}
