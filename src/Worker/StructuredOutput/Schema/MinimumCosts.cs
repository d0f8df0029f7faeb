using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>Finds how many tokens the shortest value of every node needs, in circles too: from below until nothing gets cheaper.</summary>
internal sealed class MinimumCosts
{
    private readonly TokenTrie _trie;
    private readonly CompileBudget _budget;
    private readonly KnownCosts _known;
    private readonly Dictionary<ObjectNode, int[]> _valuesOf = [];

    private MinimumCosts(TokenTrie trie, KnownCosts known, CompileBudget budget)
    {
        _known = known;
        _trie = trie;
        _budget = budget;
    }

    /// <summary>Sets every <c>MinTokens</c> and all costs that hang on them.</summary>
    public static void Settle(IReadOnlyList<ValueNode> nodes, TokenTrie trie, KnownCosts known, CompileBudget budget)
    {
        var costs = new MinimumCosts(trie, known, budget);
        Dictionary<ValueNode, int> scalars = nodes.ToDictionary(n => n, costs.Scalar);
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (ValueNode node in nodes.Reverse())
            {
                int cost = Math.Min(scalars[node], costs.Container(node));
                changed |= cost < node.MinTokens;
                node.MinTokens = cost;
            }
        }
    }

    private int Scalar(ValueNode node)
    {
        int cost = Math.Min(
            node.Null?.Costs[0] ?? Cost.Infinite, Math.Min(node.True?.Costs[0] ?? Cost.Infinite, node.False?.Costs[0] ?? Cost.Infinite));
        if (node.Number is { } number)
        {
            node.NumberCosts = Of(_known.Numbers, number, json: false, ending: 0);
            cost = Math.Min(cost, node.NumberCosts[Dfa.Start]);
        }

        if (node.String is { } rule)
        {
            rule.Costs = rule.Content is null ? null : Of(_known.Strings, rule.Content, json: true, ending: 1);
            cost = Math.Min(cost, Cost.Add(1, rule.Costs?[Dfa.Start] ?? Cost.Add(1, rule.MinLength)));
        }

        return cost;
    }

    private TextCosts Of(Dictionary<Dfa, TextCosts> known, Dfa dfa, bool json, int ending)
    {
        if (!known.TryGetValue(dfa, out TextCosts? costs))
        {
            costs = known[dfa] = new TextCosts(dfa, json, _trie, _ => ending, _budget);
        }

        return costs;
    }

    private int Container(ValueNode node)
    {
        int cost = Cost.Infinite;
        foreach (ArrayNode array in node.Arrays)
        {
            _budget.Spend(1 + Math.Min(array.Prefix.Length, array.Min));
            array.UpdateCosts();
            cost = Math.Min(cost, array.MinTokens);
        }

        foreach (ObjectNode shape in node.Objects)
        {
            _budget.Spend(1 + shape.Classes.Length);
            int[] values = [.. shape.Classes.Select(c => c.Value.MinTokens)];
            if (shape.Costs is null || !_valuesOf[shape].AsSpan().SequenceEqual(values))
            {
                shape.Costs = new ObjectCosts(shape, _trie, _budget);
                _valuesOf[shape] = values;
            }

            cost = Math.Min(cost, shape.Costs.Whole);
        }

        return cost;
    }
}
