using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>What a property name that the object does not have yet costs, where some of its names begin like it.</summary>
internal readonly struct UnusedName(ObjectNode node, TextCosts extras, TokenTrie trie)
{
    // Names that agree over more characters than this are not followed further; there is nearly always an earlier way out.
    private const int Deepest = 64;

    /// <summary>Tokens that suffice for the rest of the name, its colon and its value.</summary>
    /// <param name="state">State of the names' automaton.</param>
    /// <param name="prefix">The name so far.</param>
    /// <param name="used">Names that the object has.</param>
    public int Rest(int state, string prefix, ExtraKeys used)
    {
        string[] alike = used.Count <= 0 ? [] : [.. used.StartingWith(prefix)];
        return alike.Length == 0 ? extras[state] : Avoiding(state, alike, prefix.Length, Deepest);
    }

    private int Avoiding(int state, string[] alike, int at, int depth)
    {
        if (alike.Length == 0)
        {
            return extras[state];
        }

        int label = node.Keys.Label(state);
        int best = label >= node.NamedCount && !alike.Any(n => n.Length == at)
            ? Cost.Add(2, node.Classes[label].Value.MinTokens)
            : Cost.Infinite;
        var next = alike.Where(n => n.Length > at).ToLookup(n => char.ConvertToUtf32(n, at));
        var along = new List<(int CodePoint, int Target)>();
        for (int i = 0; i < node.Keys.Alphabet.IntervalCount; i++)
        {
            (int low, int high, int c) = node.Keys.Alphabet.Interval(i);
            int target = node.Keys.StepClass(state, c);
            if (target < 0)
            {
                continue;
            }

            // The stretches of the interval between the characters that the used names go on with.
            int from = low;
            foreach (int taken in next.Select(g => g.Key).Where(k => k >= low && k <= high).Order())
            {
                best = Math.Min(best, Through(from, taken - 1, target));
                along.Add((taken, target));
                from = taken + 1;
            }

            best = Math.Min(best, Through(from, high, target));
        }

        // Along the used names only where that can be cheaper than what has been found.
        foreach ((int taken, int target) in along)
        {
            int write = TextCosts.WriteCost(taken, json: true, trie);
            if (depth > 0 && Cost.Add(write, extras[target]) < best)
            {
                best = Math.Min(best, Cost.Add(write, Avoiding(target, [.. next[taken]], at + (taken > 0xFFFF ? 2 : 1), depth - 1)));
            }
        }

        return best;
    }

    private int Through(int low, int high, int target) =>
        low > high ? Cost.Infinite : Cost.Add(TextCosts.CheapestIn(low, high, json: true, trie).Cost, extras[target]);
}
