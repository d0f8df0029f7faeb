using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// Finds of which nodes a value exists, and how flat the flattest is, and takes everything else out of the grammar: after that nothing in
/// it leads into a dead end.
/// </summary>
internal static class Inhabitation
{
    /// <summary>Sets every <c>MinDepth</c> and prunes.</summary>
    public static void Settle(IReadOnlyList<ValueNode> nodes, CompileBudget budget)
    {
        // From below: a value exists once those that it must hold do. Later nodes are mostly the inner ones.
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (ValueNode node in nodes.Reverse())
            {
                budget.Spend(1 + node.Arrays.Length + node.Objects.Length);
                int depth = Depth(node, budget);
                changed |= depth < node.MinDepth;
                node.MinDepth = depth;
            }
        }

        int margin = nodes.Where(n => n.IsInhabited).Select(n => n.MinDepth).DefaultIfEmpty().Max() + 1;
        foreach (ValueNode node in nodes)
        {
            node.Margin = margin;
            node.Arrays = [.. node.Arrays.Where(a => a.MinDepth < Cost.Infinite)];
            node.Objects = [.. node.Objects.Where(o => o.MinDepth < Cost.Infinite)];
            foreach (ArrayNode array in node.Arrays)
            {
                array.Margin = margin;
                Prune(array);
            }

            foreach (ObjectNode shape in node.Objects)
            {
                shape.Margin = margin;
                Prune(shape);
            }
        }
    }

    private static int Depth(ValueNode node, CompileBudget budget)
    {
        int depth = node.Null is not null || node.True is not null || node.False is not null || node.Number is not null || node.String is not null
            ? 0
            : Cost.Infinite;
        foreach (ArrayNode array in node.Arrays)
        {
            array.MinDepth = Depth(array, budget);
            depth = Math.Min(depth, array.MinDepth);
        }

        foreach (ObjectNode shape in node.Objects)
        {
            shape.MinDepth = Depth(shape, budget);
            depth = Math.Min(depth, shape.MinDepth);
        }

        return depth;
    }

    private static int Depth(ArrayNode array, CompileBudget budget)
    {
        int depth = 0;
        int places = Math.Min(array.Min, array.Prefix.Length + 1);
        budget.Spend(places);
        for (int i = 0; i < places; i++)
        {
            depth = Math.Max(depth, array.ItemAt(i)?.MinDepth ?? Cost.Infinite);
        }

        return array.Min > array.Max ? Cost.Infinite : Cost.Add(1, depth);
    }

    private static int Depth(ObjectNode shape, CompileBudget budget)
    {
        if (shape.RequiredCount > shape.Max || shape.Min > shape.Max)
        {
            return Cost.Infinite;
        }

        int depth = 0;
        budget.Spend(shape.Classes.Length);
        foreach (int c in shape.Required.Members())
        {
            bool writable = !shape.Keys.IsEmpty && shape.NamesFrom(Dfa.Start).Contains(c);
            depth = Math.Max(depth, writable ? shape.Classes[c].Value.MinDepth : Cost.Infinite);
        }

        if (shape.Min <= shape.RequiredCount || depth >= Cost.Infinite)
        {
            return Cost.Add(1, depth);
        }

        // Others are needed too: which, is open, so the deepest of them counts.
        bool Exists(int label) => shape.Classes[label].Value.IsInhabited;
        int available = shape.Keys.IsEmpty ? 0 : DfaFacts.Counts(shape.Keys, Exists)[Dfa.Start];
        if (available < shape.Min)
        {
            return Cost.Infinite;
        }

        return Cost.Add(1, Math.Max(depth, shape.Classes.Where(c => c.Value.IsInhabited).Max(c => c.Value.MinDepth)));
    }

    private static void Prune(ArrayNode array)
    {
        int whole = Array.FindIndex(array.Prefix, p => !p.IsInhabited);
        if (whole >= 0)
        {
            array.Max = Math.Min(array.Max, whole);
            array.Prefix = array.Prefix[..whole];
            array.Rest = null;
        }
        else if (array.Rest is not { IsInhabited: true })
        {
            array.Rest = null;
            array.Max = Math.Min(array.Max, array.Prefix.Length);
        }
    }

    private static void Prune(ObjectNode shape)
    {
        int[] kept = [.. Enumerable.Range(0, shape.Classes.Length).Where(c => shape.Classes[c].Value.IsInhabited)];
        if (kept.Length < shape.Classes.Length)
        {
            Dfa keys = shape.Keys.Relabel(label => Array.IndexOf(kept, label));
            shape.SetKeys(keys, [.. kept.Select(c => shape.Classes[c])]);
        }

        shape.DeepestProperty = shape.Classes.Length == 0 ? 0 : shape.Classes.Max(c => c.Value.MinDepth);
    }
}
