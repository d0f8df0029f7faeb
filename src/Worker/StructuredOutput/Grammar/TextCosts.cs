using System.Text;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>
/// Per state of an automaton over text: how many tokens suffice to come to an accepted end and past it. An upper bound that can be kept:
/// from every state some token leads to a state whose bound is lower.
/// </summary>
internal sealed class TextCosts
{
    private const string SimpleEscapes = "\"\\/\b\f\n\r\t";
    private readonly Dfa _dfa;
    private readonly bool _json;
    private readonly TokenTrie _trie;
    private readonly Func<int, int> _ending;
    private readonly int[] _costs;
    private readonly int[] _bestCodePoint;

    /// <param name="dfa">The automaton.</param>
    /// <param name="json">Within a JSON string: some characters must be escaped.</param>
    /// <param name="trie">The vocabulary.</param>
    /// <param name="ending">By label: what comes after an accepted text.</param>
    /// <param name="budget">Counts the work.</param>
    public TextCosts(Dfa dfa, bool json, TokenTrie trie, Func<int, int> ending, CompileBudget budget)
    {
        _dfa = dfa;
        _json = json;
        _trie = trie;
        _ending = ending;
        _costs = new int[dfa.StateCount];
        _bestCodePoint = new int[dfa.StateCount];
        Array.Fill(_costs, Cost.Infinite);
        Array.Fill(_bestCodePoint, -1);
        List<int> order = ByCharacters(budget);
        JoinCharacters(order, budget);
    }

    /// <summary>The bound at a state between two characters.</summary>
    public int this[int state] => _costs[state];

    /// <summary>The cheapest way to write a character that may be chosen freely between two ends, or <see cref="Cost.Infinite"/>.</summary>
    public static (int CodePoint, int Cost) CheapestIn(int low, int high, bool json, TokenTrie trie)
    {
        (int, int) best = (-1, Cost.Infinite);
        for (int cp = Math.Max(low, 0x20); cp <= Math.Min(high, 0x7E); cp++)
        {
            if (WriteCost(cp, json, trie) == 1)
            {
                return (cp, 1);
            }
        }

        foreach (int cp in new[] { low, high, (low + high) / 2 })
        {
            int cost = cp is >= 0xD800 and <= 0xDFFF ? Cost.Infinite : WriteCost(cp, json, trie);
            best = cost < best.Item2 ? (cp, cost) : best;
        }

        return best;
    }

    /// <summary>Tokens that suffice to write one character.</summary>
    public static int WriteCost(int codePoint, bool json, TokenTrie trie)
    {
        if (codePoint is >= 0x20 and < 0x80 && !(json && (codePoint is '"' or '\\')))
        {
            return trie.HasByte(codePoint) ? 1 : Cost.Infinite;
        }

        byte[] bytes = Write(codePoint, json);
        return trie.HasToken(bytes) ? 1 : bytes.Length > 1 && trie.HasAllBytes ? bytes.Length : Cost.Infinite;
    }

    /// <summary>The bytes of a character, within a JSON string or outside.</summary>
    public static byte[] Write(int codePoint, bool json)
    {
        if (json && (codePoint < 0x20 || codePoint is '"' or '\\'))
        {
            int simple = SimpleEscapes.IndexOf((char)codePoint, StringComparison.Ordinal);
            return Encoding.ASCII.GetBytes(simple >= 0 ? "\\" + "\"\\/bfnrt"[simple] : $"\\u{codePoint:x4}");
        }

        return Encoding.UTF8.GetBytes(char.ConvertFromUtf32(codePoint));
    }

    /// <summary>The bound within a character.</summary>
    public int At(int state, PartialCharacter partial) =>
        partial.IsNone ? _costs[state] : Within(_dfa, state, partial, _trie, (target, _) => _costs[target]);

    /// <summary>The bound within a character, where the bound after it is given by state and character.</summary>
    public static int Within(Dfa dfa, int state, PartialCharacter partial, TokenTrie trie, Func<int, int, int> after)
    {
        if (!trie.HasAllBytes)
        {
            return Cost.Infinite;
        }

        int best = Cost.Infinite;
        if (partial.IsBackslash)
        {
            foreach (char c in SimpleEscapes)
            {
                int target = dfa.Step(state, c);
                best = Math.Min(best, target < 0 ? Cost.Infinite : Cost.Add(1, after(target, c)));
            }
        }

        (int low, int high, int low2, int high2) = partial.Range();
        return Math.Min(best, Math.Min(OverRange(low, high), OverRange(low2, high2)));

        int OverRange(int from, int to)
        {
            int cheapest = Cost.Infinite;
            for (int i = dfa.Alphabet.IntervalOf(from); from <= to && i < dfa.Alphabet.IntervalCount; i++)
            {
                (int start, int end, int c) = dfa.Alphabet.Interval(i);
                (start, end) = (Math.Max(start, from), Math.Min(end, to));
                int target = start <= end ? dfa.StepClass(state, c) : Dfa.None;
                if (target >= 0)
                {
                    cheapest = Math.Min(cheapest, Cost.Add(partial.BytesLeft(start > 0xFFFF), after(target, start)));
                }

                if (end >= to)
                {
                    break;
                }
            }

            return cheapest;
        }
    }

    // Dijkstra's algorithm from the accepting states backwards, a character at a time.
    private List<int> ByCharacters(CompileBudget budget)
    {
        var edges = new List<(int Source, int CodePoint, int Cost)>[_dfa.StateCount];
        (int CodePoint, int Cost)[] cheapest = CheapestPerClass();
        for (int s = 0; s < _dfa.StateCount; s++)
        {
            budget.Spend(_dfa.Alphabet.Count);
            for (int c = 0; c < _dfa.Alphabet.Count; c++)
            {
                int target = _dfa.StepClass(s, c);
                if (target >= 0 && cheapest[c].Cost < Cost.Infinite)
                {
                    (edges[target] ??= []).Add((s, cheapest[c].CodePoint, cheapest[c].Cost));
                }
            }
        }

        var queue = new PriorityQueue<int, int>();
        for (int s = 0; s < _dfa.StateCount; s++)
        {
            _costs[s] = _dfa.Accepts(s) ? _ending(_dfa.Label(s)) : Cost.Infinite;
            if (_costs[s] < Cost.Infinite)
            {
                queue.Enqueue(s, _costs[s]);
            }
        }

        var order = new List<int>();
        var done = new bool[_dfa.StateCount];
        while (queue.TryDequeue(out int s, out _))
        {
            if (done[s])
            {
                continue;
            }

            done[s] = true;
            order.Add(s);
            foreach ((int source, int codePoint, int cost) in edges[s] ?? [])
            {
                int through = Cost.Add(cost, _costs[s]);
                if (through < _costs[source])
                {
                    _costs[source] = through;
                    _bestCodePoint[source] = codePoint;
                    queue.Enqueue(source, through);
                }
            }
        }

        return order;
    }

    private (int CodePoint, int Cost)[] CheapestPerClass()
    {
        var cheapest = new (int CodePoint, int Cost)[_dfa.Alphabet.Count];
        Array.Fill(cheapest, (-1, Cost.Infinite));
        for (int i = 0; i < _dfa.Alphabet.IntervalCount; i++)
        {
            (int low, int high, int c) = _dfa.Alphabet.Interval(i);
            if (cheapest[c].Cost > 1)
            {
                (int CodePoint, int Cost) found = CheapestIn(low, high, _json, _trie);
                cheapest[c] = found.Cost < cheapest[c].Cost ? found : cheapest[c];
            }
        }

        return cheapest;
    }

    // Along each state's cheapest text, tokens of several characters may do with fewer. Successors come first in the order.
    private void JoinCharacters(List<int> order, CompileBudget budget)
    {
        foreach (int s in order)
        {
            int node = TokenTrie.Root;
            int state = s;
            while (_bestCodePoint[state] >= 0)
            {
                budget.Spend();
                node = _trie.Follow(node, Write(_bestCodePoint[state], _json));
                if (node < 0)
                {
                    break;
                }

                state = _dfa.Step(state, _bestCodePoint[state]);
                if (_trie.IsToken(node))
                {
                    _costs[s] = Math.Min(_costs[s], Cost.Add(1, _costs[state]));
                }
            }
        }
    }
}
