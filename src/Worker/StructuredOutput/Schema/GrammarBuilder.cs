using Godwit.Worker.StructuredOutput.Grammar;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// From a schema to a grammar: a node for every conjunction of schemas that some place of a document must satisfy, each made once, so that
/// recursion makes circles instead of growing for ever; then without the parts of which no value exists.
/// </summary>
internal sealed class GrammarBuilder
{
    private readonly SchemaExpander _expander;
    private readonly CompileBudget _budget;
    private readonly ObjectKeys _keys;
    private readonly Literal _null;
    private readonly Literal _true;
    private readonly Literal _false;
    private readonly Dictionary<string, ValueNode> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(int[] Terms, ValueNode Node)> _open = new();

    private GrammarBuilder(SchemaDocument document, TokenTrie trie, CompileBudget budget)
    {
        _expander = new SchemaExpander(document, budget);
        _budget = budget;
        _keys = new ObjectKeys(_expander, Node, budget);
        (_null, _true, _false) = (new Literal("null", trie), new Literal("true", trie), new Literal("false", trie));
    }

    /// <summary>The grammar of a schema.</summary>
    /// <exception cref="ConstraintException">The schema is malformed, unsupported, too complex, or allows nothing.</exception>
    public static ValueNode Build(SchemaDocument document, TokenTrie trie, KnownCosts known, CompileBudget budget)
    {
        var builder = new GrammarBuilder(document, trie, budget);
        ValueNode root = builder.Node(Terms.Of(document.Root));
        try
        {
            while (builder._open.TryDequeue(out (int[] Terms, ValueNode Node) next))
            {
                builder.Fill(next.Node, builder._expander.Expand(next.Terms));
            }
        }
        catch (ShapeComplement.NotExpressibleException e)
        {
            throw ConstraintException.Invalid($"A keyword 'not', 'if' or 'oneOf' is not supported where it stands: {e.Message}.");
        }

        List<ValueNode> nodes = [.. builder._nodes.Values];
        Inhabitation.Settle(nodes, budget);
        if (!root.IsInhabited)
        {
            throw ConstraintException.Invalid("The schema allows no value at all.");
        }

        if (root.MinDepth > ConstraintLimits.OutputDepth)
        {
            throw ConstraintException.TooComplex(
                $"The schema asks for values nested {root.MinDepth} deep; {ConstraintLimits.OutputDepth} is the most allowed.");
        }

        MinimumCosts.Settle(nodes, trie, known, budget);
        return root;
    }

    private ValueNode Node(int[] terms)
    {
        string key = Terms.Key(terms);
        if (!_nodes.TryGetValue(key, out ValueNode? node))
        {
            if (_nodes.Count >= ConstraintLimits.Values)
            {
                throw ConstraintException.TooComplex(
                    $"The schema is too complex: it has more than {ConstraintLimits.Values} different places for values.");
            }

            node = _nodes[key] = new ValueNode();
            _open.Enqueue((terms, node));
        }

        return node;
    }

    private void Fill(ValueNode node, Shape shape)
    {
        _budget.Spend(20);
        node.Null = shape.Null ? _null : null;
        node.True = shape.True ? _true : null;
        node.False = shape.False ? _false : null;
        node.Number = shape.Number.IsEmpty ? null : shape.Number;
        StringSet? strings = shape.String?.Settle(_budget);
        node.String = strings is null || strings.IsEmpty ? null : Rule(strings);
        node.Arrays = [.. shape.Arrays.Select(Array)];
        node.Objects = [.. shape.Objects.Select(_keys.Build)];
    }

    private static StringRule Rule(StringSet strings) => strings.Content is null
        ? new StringRule { MinLength = strings.Min, MaxLength = strings.Max }
        : new StringRule { Content = strings.Content };

    private ArrayNode Array(ArrayShape shape)
    {
        int prefix = Math.Min(shape.PrefixLength, shape.Max);
        _budget.Spend(prefix);
        return new ArrayNode
        {
            Min = shape.Min,
            Max = shape.Max,
            Prefix = [.. Enumerable.Range(0, prefix).Select(i => Node(shape.At(i)))],
            Rest = shape.Max > prefix && shape.At(prefix) is var rest && !Terms.IsNothing(rest) ? Node(rest) : null,
        };
    }
}
