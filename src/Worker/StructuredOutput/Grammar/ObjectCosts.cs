using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Frames;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>How many tokens suffice for what an object still lacks, from any point within it.</summary>
internal sealed class ObjectCosts
{
    /// <summary>Tokens added to a need that was worked out without the names that an object has.</summary>
    public const int NamesUnknown = 64;

    private readonly ObjectNode _node;
    private readonly TokenTrie _trie;
    private readonly TextCosts? _extras;
    private readonly int[] _named;
    private readonly Dictionary<int, List<(int Class, int Cost)>> _rests = [];
    private readonly List<Filler> _fillers = [];

    /// <param name="node">The object, its values' <see cref="ValueNode.MinTokens"/> known.</param>
    /// <param name="trie">The vocabulary.</param>
    /// <param name="budget">Counts the work.</param>
    public ObjectCosts(ObjectNode node, TokenTrie trie, CompileBudget budget)
    {
        _node = node;
        _trie = trie;
        _named = new int[node.NamedCount];
        for (int c = 0; c < _named.Length; c++)
        {
            AddName(c, budget);
        }

        if (node.Classes.Length > node.NamedCount && !node.Keys.IsEmpty)
        {
            // A closing quote and a colon behind the name.
            _extras = new TextCosts(
                node.Keys,
                json: true,
                trie,
                label => label < node.NamedCount ? Cost.Infinite : Cost.Add(2, node.Classes[label].Value.MinTokens),
                budget);
        }

        if (node.Min > node.RequiredCount)
        {
            _fillers = FillerSearch.Cheapest(node, _named, _extras, trie, node.Min - node.RequiredCount, budget);
        }
    }

    /// <summary>An empty object that is finished.</summary>
    public int Whole
    {
        get
        {
            var start = new ObjectProgress(_node, 1);
            return start.CanClose ? 2 : Cost.Add(2, WithinName(start, Dfa.Start, default, NameText.Empty));
        }
    }

    /// <summary>Behind a value: a comma and a property each, and the brace.</summary>
    public int AfterValue(ObjectProgress progress) =>
        Cost.Add(1, Cost.Add(Required(progress), Fillers(progress, skipFirst: false)));

    /// <summary>Within a name: the rest of the name, its value, and all that follows.</summary>
    /// <param name="progress">What the object has.</param>
    /// <param name="state">State of the names' automaton.</param>
    /// <param name="partial">The character in the midst of which reading is.</param>
    /// <param name="name">The name so far; null when none that the object has begins like it, or when it is not known.</param>
    public int WithinName(ObjectProgress progress, int state, PartialCharacter partial, NameText? name)
    {
        int required = Required(progress);
        int fillers = Fillers(progress, skipFirst: false);
        int fewerFillers = Fillers(progress, skipFirst: true);
        ExtraKeys taken = name is null ? ExtraKeys.None : progress.Extras;
        string prefix = taken.Count > 0 ? name!.ToString() : "";

        // Which names are taken is not known here: it may cost something to avoid them.
        fillers = progress.Extras.Count < 0 ? Cost.Add(fillers, NamesUnknown) : fillers;
        fewerFillers = progress.Extras.Count < 0 ? Cost.Add(fewerFillers, NamesUnknown) : fewerFillers;
        return partial.IsNone
            ? Between(state, prefix)
            : TextCosts.Within(_node.Keys, state, partial, _trie, (target, cp) => Between(target, prefix + char.ConvertFromUtf32(cp)));

        int Between(int at, string written)
        {
            int best = Cost.Infinite;
            foreach ((int c, int rest) in _rests.GetValueOrDefault(at) ?? [])
            {
                if (progress.Allows(c))
                {
                    int others = _node.Required.Contains(c)
                        ? Cost.Add(required - _named[c] - 1, fillers)
                        : Cost.Add(required, fewerFillers);
                    best = Math.Min(best, Cost.Add(rest, Cost.Add(others, 1)));
                }
            }

            if (_extras is not null && progress.Allows(_node.NamedCount))
            {
                int extra = new UnusedName(_node, _extras, _trie).Rest(at, written, taken);
                best = Math.Min(best, Cost.Add(extra, Cost.Add(Cost.Add(required, fewerFillers), 1)));
            }

            return best;
        }
    }

    private int Required(ObjectProgress progress)
    {
        int cost = 0;
        foreach (int c in _node.Required.Except(progress.Seen))
        {
            cost = Cost.Add(cost, Cost.Add(_named[c], 1));
        }

        return cost;
    }

    // Properties beyond the required ones that minProperties asks for: the cheapest that the object does not have.
    private int Fillers(ObjectProgress progress, bool skipFirst)
    {
        int needed = Math.Max(0, _node.Min - progress.Count - progress.RequiredLeft);
        int cost = 0;
        foreach (Filler filler in _fillers)
        {
            if (needed == 0)
            {
                break;
            }

            if (filler.IsUnused(progress))
            {
                cost = skipFirst ? cost : Cost.Add(cost, filler.Cost + 1);
                skipFirst = false;
                needed--;
            }
        }

        return needed == 0 ? cost : Cost.Infinite;
    }

    private void AddName(int c, CompileBudget budget)
    {
        string name = _node.Classes[c].Name!;
        if (_node.Keys.Match(name) != c)
        {
            _named[c] = Cost.Infinite;
            return;
        }

        int[] codePoints = [.. name.EnumerateRunes().Select(r => r.Value)];
        int[] spelling = Spelling.Costs([.. codePoints.Select(cp => TextCosts.Write(cp, json: true))], _trie, budget);
        int ending = Cost.Add(2, _node.Classes[c].Value.MinTokens);
        int state = Dfa.Start;
        for (int i = 0; i <= codePoints.Length; i++)
        {
            if (!_rests.TryGetValue(state, out List<(int, int)>? list))
            {
                _rests[state] = list = [];
            }

            list.Add((c, Cost.Add(spelling[i], ending)));
            state = i < codePoints.Length ? _node.Keys.Step(state, codePoints[i]) : state;
        }

        _named[c] = Cost.Add(1, Cost.Add(spelling[0], ending));
    }
}
