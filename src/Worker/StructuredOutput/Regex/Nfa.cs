using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>A Thompson automaton: nodes that read one character, split, assert the text's start or end, or have matched.</summary>
internal sealed class Nfa
{
    private readonly CompileBudget _budget;
    private readonly Dictionary<CodePointSet, int> _setIds = [];
    private readonly List<CodePointSet> _sets = [];
    private readonly List<NfaNode> _nodes = [];

    /// <param name="root">The expression.</param>
    /// <param name="budget">Counts the work.</param>
    public Nfa(RegexNode root, CompileBudget budget)
    {
        _budget = budget;
        int match = Add(new NfaNode(NfaNodeKind.Match));
        Start = Build(root, match);
    }

    /// <summary>The node that a match begins at.</summary>
    public int Start { get; }

    public IReadOnlyList<NfaNode> Nodes => _nodes;

    /// <summary>The sets that the nodes' indices name.</summary>
    public IReadOnlyList<CodePointSet> Sets => _sets;

    // Built from the end: what follows is known when a node is made. Depth of recursion is the expression's, which the parser limits.
    private int Build(RegexNode node, int next)
    {
        _budget.Spend();
        switch (node)
        {
            case RegexNode.Character character:
                return Add(new NfaNode(NfaNodeKind.Character, SetId(character.Set), next));
            case RegexNode.Sequence sequence:
                foreach (RegexNode part in sequence.Parts.Reverse())
                {
                    next = Build(part, next);
                }

                return next;
            case RegexNode.Choice choice:
                int alternative = Build(choice.Options[^1], next);
                foreach (RegexNode option in choice.Options.Reverse().Skip(1))
                {
                    alternative = Add(new NfaNode(NfaNodeKind.Split, Next: Build(option, next), Other: alternative));
                }

                return alternative;
            case RegexNode.Repeat repeat:
                return BuildRepeat(repeat, next);
            case RegexNode.TextStart:
                return Add(new NfaNode(NfaNodeKind.TextStart, Next: next));
            case RegexNode.TextEnd:
                return Add(new NfaNode(NfaNodeKind.TextEnd, Next: next));
            default:
                return next;
        }
    }

    private int BuildRepeat(RegexNode.Repeat repeat, int next)
    {
        int end = next;
        if (repeat.Max is null)
        {
            int loop = Add(new NfaNode(NfaNodeKind.Split, Other: next));
            _nodes[loop] = _nodes[loop] with { Next = Build(repeat.Part, loop) };
            next = loop;
        }
        else
        {
            for (int i = repeat.Min; i < repeat.Max; i++)
            {
                next = Add(new NfaNode(NfaNodeKind.Split, Next: Build(repeat.Part, next), Other: end));
            }
        }

        for (int i = 0; i < repeat.Min; i++)
        {
            next = Build(repeat.Part, next);
        }

        return next;
    }

    private int SetId(CodePointSet set)
    {
        if (!_setIds.TryGetValue(set, out int id))
        {
            id = _setIds[set] = _sets.Count;
            _sets.Add(set);
        }

        return id;
    }

    private int Add(NfaNode node)
    {
        if (_nodes.Count >= ConstraintLimits.RegexNodes)
        {
            throw ConstraintException.TooComplex(
                $"The regular expression is too complex: written out it has more than {ConstraintLimits.RegexNodes} characters.");
        }

        _nodes.Add(node);
        return _nodes.Count - 1;
    }
}
