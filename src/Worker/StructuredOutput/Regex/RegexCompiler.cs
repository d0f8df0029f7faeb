using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>From a regular expression to an automaton over code points, by subset construction.</summary>
internal sealed class RegexCompiler
{
    // Stands in a state's tuple for "nothing was read yet", and for "matched, whatever follows".
    private const int AtStart = -1;
    private static readonly int[] Matched = [-2];

    private readonly Nfa _nfa;
    private readonly bool _search;
    private readonly CompileBudget _budget;
    private readonly Alphabet _alphabet;
    private readonly bool[][] _classesOfSet;
    private readonly int[] _seen;
    private int _round;

    private RegexCompiler(Nfa nfa, bool search, CompileBudget budget)
    {
        _nfa = nfa;
        _search = search;
        _budget = budget;
        _alphabet = Alphabet.Of([CodePointSet.All, .. nfa.Sets], budget);
        _classesOfSet = [.. nfa.Sets.Select(Classes)];
        _seen = new int[nfa.Nodes.Count];
    }

    /// <summary>The texts that match as a whole.</summary>
    public static Dfa WholeMatch(string pattern, CompileBudget budget) => Compile(pattern, search: false, budget);

    /// <summary>The texts that contain a match: JSON Schema's <c>pattern</c>.</summary>
    public static Dfa Search(string pattern, CompileBudget budget) => Compile(pattern, search: true, budget);

    private static Dfa Compile(string pattern, bool search, CompileBudget budget)
    {
        var compiler = new RegexCompiler(new Nfa(RegexParser.Parse(pattern, budget), budget), search, budget);
        int[] start = compiler.Close([compiler._nfa.Start], atStart: true);
        return DfaBuilder.Explore(compiler._alphabet, start, compiler.Step, compiler.Label, IntTuples.Comparer, budget);
    }

    private bool[] Classes(CodePointSet set)
    {
        var classes = new bool[_alphabet.Count];
        foreach (int c in _alphabet.ClassesOf(set))
        {
            classes[c] = true;
        }

        return classes;
    }

    private int[]? Step(int[] state, int characterClass)
    {
        if (_alphabet.Count > 1 && characterClass == SurrogateClass)
        {
            return null;
        }

        if (ReferenceEquals(state, Matched))
        {
            return Matched;
        }

        var targets = new List<int>();
        foreach (int node in state)
        {
            if (node >= 0 && _nfa.Nodes[node].Kind == NfaNodeKind.Character && _classesOfSet[_nfa.Nodes[node].Set][characterClass])
            {
                targets.Add(_nfa.Nodes[node].Next);
            }
        }

        if (_search)
        {
            targets.Add(_nfa.Start);
        }

        _budget.Spend(1 + (state.Length / 4));
        return targets.Count == 0 ? null : Close(targets, atStart: false) is { Length: > 0 } closed ? closed : null;
    }

    private int SurrogateClass => _alphabet.ClassOf(0xD800);

    private int Label(int[] state)
    {
        if (ReferenceEquals(state, Matched))
        {
            return 0;
        }

        // The text may end here: now '$' holds too.
        bool atStart = state[0] == AtStart;
        return Follow(state.Where(n => n >= 0), atStart, atEnd: true).Any(n => _nfa.Nodes[n].Kind == NfaNodeKind.Match) ? 0 : Dfa.None;
    }

    private int[] Close(IEnumerable<int> nodes, bool atStart)
    {
        List<int> reached = Follow(nodes, atStart, atEnd: false);
        if (_search && reached.Exists(n => _nfa.Nodes[n].Kind == NfaNodeKind.Match))
        {
            return Matched;
        }

        reached.RemoveAll(n => _nfa.Nodes[n].Kind is NfaNodeKind.Split or NfaNodeKind.TextStart);
        reached.Sort();
        return atStart ? [AtStart, .. reached] : [.. reached];
    }

    private List<int> Follow(IEnumerable<int> nodes, bool atStart, bool atEnd)
    {
        _round++;
        var reached = new List<int>();
        var open = new Stack<int>(nodes);
        while (open.TryPop(out int n))
        {
            if (_seen[n] == _round)
            {
                continue;
            }

            _seen[n] = _round;
            _budget.Spend();
            reached.Add(n);
            NfaNode node = _nfa.Nodes[n];
            switch (node.Kind)
            {
                case NfaNodeKind.Split:
                    open.Push(node.Next);
                    open.Push(node.Other);
                    break;
                case NfaNodeKind.TextStart when atStart:
                case NfaNodeKind.TextEnd when atEnd:
                    open.Push(node.Next);
                    break;
            }
        }

        return reached;
    }
}
