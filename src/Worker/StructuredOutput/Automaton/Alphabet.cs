namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>
/// A partition of the code points into classes that an automaton does not tell apart. Stored as intervals, each with the id of its class;
/// a class may have many intervals. Surrogates belong to intervals too but are never asked for.
/// </summary>
internal sealed class Alphabet
{
    private readonly int[] _starts;
    private readonly int[] _classes;
    private readonly int[] _ascii = new int[128];

    private Alphabet(int[] starts, int[] classes, int count)
    {
        _starts = starts;
        _classes = classes;
        Count = count;
        for (int c = 0; c < _ascii.Length; c++)
        {
            _ascii[c] = _classes[IntervalOf(c)];
        }
    }

    /// <summary>One class with everything.</summary>
    public static Alphabet Single { get; } = new([0], [0], 1);

    /// <summary>Classes are 0 to this, exclusive.</summary>
    public int Count { get; }

    /// <summary>Number of intervals.</summary>
    public int IntervalCount => _starts.Length;

    /// <summary>The coarsest partition that respects every one of the sets.</summary>
    public static Alphabet Of(IReadOnlyList<CodePointSet> sets, CompileBudget budget)
    {
        var events = new SortedDictionary<int, List<int>>();
        for (int i = 0; i < sets.Count; i++)
        {
            foreach ((int low, int high) in sets[i].Ranges)
            {
                budget.Spend(2);
                Toggle(events, low, i);
                Toggle(events, high + 1, i);
            }
        }

        var starts = new List<int> { 0 };
        var classes = new List<int>();
        var members = new SortedSet<int>();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        int ClassOfMembers()
        {
            budget.Spend(1 + members.Count);
            string signature = string.Join(',', members);
            return ids.TryGetValue(signature, out int id) ? id : ids[signature] = ids.Count;
        }

        if (events.TryGetValue(0, out List<int>? first))
        {
            Apply(members, first);
        }

        classes.Add(ClassOfMembers());
        foreach ((int at, List<int> toggled) in events.Where(e => e.Key is > 0 and <= CodePointSet.Max))
        {
            Apply(members, toggled);
            int id = ClassOfMembers();
            if (id != classes[^1])
            {
                starts.Add(at);
                classes.Add(id);
            }
        }

        return new Alphabet([.. starts], [.. classes], ids.Count);
    }

    /// <summary>The coarsest partition finer than all the given ones, and for each of them its class per new class.</summary>
    public static (Alphabet Merged, int[][] ClassMaps) Merge(IReadOnlyList<Alphabet> parts, CompileBudget budget)
    {
        int[] cuts = [.. parts.SelectMany(p => p._starts).Distinct().Order()];
        budget.Spend((long)cuts.Length * parts.Count);
        var starts = new List<int>();
        var classes = new List<int>();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var tuples = new List<int[]>();
        foreach (int cut in cuts)
        {
            int[] tuple = [.. parts.Select(p => p.ClassOf(cut))];
            string key = string.Join(',', tuple);
            if (!ids.TryGetValue(key, out int id))
            {
                id = ids[key] = ids.Count;
                tuples.Add(tuple);
            }

            if (classes.Count == 0 || classes[^1] != id)
            {
                starts.Add(cut);
                classes.Add(id);
            }
        }

        int[][] maps = [.. Enumerable.Range(0, parts.Count).Select(p => tuples.Select(t => t[p]).ToArray())];
        return (new Alphabet([.. starts], [.. classes], ids.Count), maps);
    }

    /// <summary>The class of a code point.</summary>
    public int ClassOf(int codePoint) => codePoint < 128 ? _ascii[codePoint] : _classes[IntervalOf(codePoint)];

    /// <summary>The interval that a code point lies in.</summary>
    public int IntervalOf(int codePoint)
    {
        if (_starts.Length == 1)
        {
            return 0;
        }

        int found = Array.BinarySearch(_starts, codePoint);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>An interval's first and last code point and its class.</summary>
    public (int Low, int High, int Class) Interval(int index) =>
        (_starts[index], index + 1 < _starts.Length ? _starts[index + 1] - 1 : CodePointSet.Max, _classes[index]);

    /// <summary>A set's classes, when the partition respects the set.</summary>
    public IEnumerable<int> ClassesOf(CodePointSet set) =>
        set.Ranges.SelectMany(r => Enumerable.Range(IntervalOf(r.Low), IntervalOf(r.High) - IntervalOf(r.Low) + 1))
            .Select(i => _classes[i]).Distinct();

    private static void Toggle(SortedDictionary<int, List<int>> events, int at, int set)
    {
        if (!events.TryGetValue(at, out List<int>? list))
        {
            events[at] = list = [];
        }

        list.Add(set);
    }

    private static void Apply(SortedSet<int> members, List<int> toggled)
    {
        foreach (int set in toggled)
        {
            if (!members.Remove(set))
            {
                members.Add(set);
            }
        }
    }
}
