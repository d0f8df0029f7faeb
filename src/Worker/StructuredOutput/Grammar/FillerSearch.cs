using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Finds the cheapest properties that an object may have beyond the required ones.</summary>
internal static class FillerSearch
{
    /// <summary>At most <paramref name="count"/> properties, the cheapest first.</summary>
    public static List<Filler> Cheapest(
        ObjectNode node, int[] named, TextCosts? extras, TokenTrie trie, int count, CompileBudget budget)
    {
        if (count > ConstraintLimits.FillerProperties)
        {
            throw ConstraintException.TooComplex(
                $"'minProperties' asks for {count} properties beyond the required ones; {ConstraintLimits.FillerProperties} is the most allowed.");
        }

        IEnumerable<Filler> optional = Enumerable.Range(0, named.Length)
            .Where(c => !node.Required.Contains(c) && named[c] < Cost.Infinite)
            .Select(c => new Filler(named[c], c, null));
        IEnumerable<Filler> other = extras is null ? [] : CheapestNames(node, extras, trie, count, budget);
        return [.. optional.Concat(other).OrderBy(f => f.Cost).Take(count)];
    }

    // Best first: what is written plus the bound on the rest. A negative state is the class of a whole name.
    private static List<Filler> CheapestNames(ObjectNode node, TextCosts extras, TokenTrie trie, int count, CompileBudget budget)
    {
        var found = new List<Filler>();
        var queue = new PriorityQueue<(int State, string Name, int Cost), int>();
        queue.Enqueue((Dfa.Start, "", 1), extras[Dfa.Start]);
        while (found.Count < count && queue.TryDequeue(out (int State, string Name, int Cost) entry, out _))
        {
            budget.Spend(1 + node.Keys.Alphabet.IntervalCount);
            if (entry.State < 0)
            {
                found.Add(new Filler(entry.Cost, -entry.State - 1, entry.Name));
                continue;
            }

            int label = node.Keys.Label(entry.State);
            if (label >= node.NamedCount)
            {
                int whole = Cost.Add(entry.Cost, Cost.Add(2, node.Classes[label].Value.MinTokens));
                queue.Enqueue((-label - 1, entry.Name, whole), whole);
            }

            foreach ((int codePoint, int target) in Continuations(node.Keys, entry.State, count))
            {
                int cost = Cost.Add(entry.Cost, TextCosts.WriteCost(codePoint, json: true, trie));
                int total = Cost.Add(cost, extras[target]);
                if (total < Cost.Infinite)
                {
                    budget.Spend();
                    queue.Enqueue((target, entry.Name + char.ConvertFromUtf32(codePoint), cost), total);
                }
            }
        }

        return found;
    }

    private static IEnumerable<(int CodePoint, int Target)> Continuations(Dfa keys, int state, int count)
    {
        for (int i = 0; i < keys.Alphabet.IntervalCount; i++)
        {
            (int low, int high, int c) = keys.Alphabet.Interval(i);
            int target = keys.StepClass(state, c);
            if (target < 0)
            {
                continue;
            }

            // Letters first where the interval has them; any others when it has none.
            int start = low < 'a' && high >= 'z' ? 'a' : low;
            int taken = 0;
            for (int cp = start; cp <= high && taken < count; cp++)
            {
                if (cp is < 0xD800 or > 0xDFFF)
                {
                    taken++;
                    yield return (cp, target);
                }
            }

            for (int cp = start - 1; cp >= low && taken < count; cp--)
            {
                taken++;
                yield return (cp, target);
            }
        }
    }
}
