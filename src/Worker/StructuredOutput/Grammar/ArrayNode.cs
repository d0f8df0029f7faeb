namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>One shape of arrays.</summary>
internal sealed class ArrayNode
{
    private int[] _costFrom = [];

    /// <summary>What stands at the first places.</summary>
    public ValueNode[] Prefix { get; set; } = [];

    /// <summary>What stands at the places after <see cref="Prefix"/>; null when nothing may.</summary>
    public ValueNode? Rest { get; set; }

    /// <summary>Fewest items.</summary>
    public int Min { get; set; }

    /// <summary>Most items; <see cref="int.MaxValue"/> for any.</summary>
    public int Max { get; set; } = int.MaxValue;

    /// <summary>Containers within each other in the flattest array.</summary>
    public int MinDepth { get; set; } = Cost.Infinite;

    /// <summary>Largest <c>MinDepth</c> in the whole grammar.</summary>
    public int Margin { get; set; }

    /// <summary>Tokens that suffice for the shortest array.</summary>
    public int MinTokens => Cost.Add(Cost.Add(1, CostToFinish(0)), Min > 0 ? -1 : 0);

    /// <summary>The place behind the given number of items; null when the array is full.</summary>
    public ValueNode? ItemAt(int count) => count >= Max ? null : count < Prefix.Length ? Prefix[count] : Rest;

    /// <summary>One more item, counted only as far as it makes a difference.</summary>
    public int Next(int count) => Max == int.MaxValue ? Math.Min(count + 1, Math.Max(Prefix.Length, Min)) : count + 1;

    /// <summary>Tokens that suffice after so many items: a comma and an item each, and the bracket.</summary>
    public int CostToFinish(int count)
    {
        if (count >= Min)
        {
            return 1;
        }

        int prefix = Math.Min(Prefix.Length, Min);
        int beyond = Min - Math.Max(count, prefix);
        int cost = Cost.Add(1, count < prefix ? _costFrom[count] : 0);
        return beyond == 0 ? cost : Cost.Add(cost, Cost.Multiply(beyond, Cost.Add(1, Rest?.MinTokens ?? Cost.Infinite)));
    }

    /// <summary>Takes over the items' <see cref="ValueNode.MinTokens"/>.</summary>
    public void UpdateCosts()
    {
        int prefix = Math.Min(Prefix.Length, Min);
        _costFrom = new int[prefix + 1];
        for (int i = prefix - 1; i >= 0; i--)
        {
            _costFrom[i] = Cost.Add(_costFrom[i + 1], Cost.Add(1, Prefix[i].MinTokens));
        }
    }
}
