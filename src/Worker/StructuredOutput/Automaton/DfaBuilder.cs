namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>Builds automata: by exploring from a start state, of literal texts, and by running several side by side.</summary>
internal static class DfaBuilder
{
    /// <summary>Explores every state that can be reached and cuts off those that lead nowhere.</summary>
    /// <param name="alphabet">Classes of code points.</param>
    /// <param name="start">The first state.</param>
    /// <param name="step">The state after a class; null when there is none.</param>
    /// <param name="label">A state's label, negative when it does not accept.</param>
    /// <param name="comparer">Which states are the same; null for their own equality.</param>
    /// <param name="budget">Counts the work.</param>
    public static Dfa Explore<TState>(
        Alphabet alphabet,
        TState start,
        Func<TState, int, TState?> step,
        Func<TState, int> label,
        IEqualityComparer<TState>? comparer,
        CompileBudget budget)
        where TState : class
    {
        var ids = new Dictionary<TState, int>(comparer) { [start] = 0 };
        var states = new List<TState> { start };
        var next = new List<int>();
        var labels = new List<int>();
        for (int i = 0; i < states.Count; i++)
        {
            budget.Spend(alphabet.Count);
            labels.Add(label(states[i]));
            for (int c = 0; c < alphabet.Count; c++)
            {
                if (step(states[i], c) is not { } target)
                {
                    next.Add(Dfa.None);
                    continue;
                }

                if (!ids.TryGetValue(target, out int id))
                {
                    id = ids[target] = states.Count;
                    states.Add(target);
                    RequireSize(states.Count, alphabet.Count);
                }

                next.Add(id);
            }
        }

        return Trim(alphabet, [.. next], [.. labels]);
    }

    /// <summary>Accepts the given texts; each text's label is its index.</summary>
    public static Dfa OfWords(IReadOnlyList<string> words, CompileBudget budget)
    {
        int[][] texts = [.. words.Select(w => w.EnumerateRunes().Select(r => r.Value).ToArray())];
        budget.Spend(texts.Sum(t => (long)t.Length + 1));
        Alphabet alphabet = Alphabet.Of([.. texts.SelectMany(t => t).Distinct().Order().Select(CodePointSet.Single)], budget);
        var rows = new List<int[]>();
        var labels = new List<int>();
        int NewState()
        {
            RequireSize(rows.Count + 1, alphabet.Count);
            rows.Add(new int[alphabet.Count]);
            Array.Fill(rows[^1], Dfa.None);
            labels.Add(Dfa.None);
            return rows.Count - 1;
        }

        NewState();
        for (int word = 0; word < texts.Length; word++)
        {
            int state = Dfa.Start;
            foreach (int codePoint in texts[word])
            {
                int c = alphabet.ClassOf(codePoint);
                if (rows[state][c] < 0)
                {
                    budget.Spend(alphabet.Count);
                    rows[state][c] = NewState();
                }

                state = rows[state][c];
            }

            labels[state] = labels[state] < 0 ? word : labels[state];
        }

        return Trim(alphabet, [.. rows.SelectMany(r => r)], [.. labels]);
    }

    /// <summary>Runs automata side by side.</summary>
    /// <param name="parts">The automata.</param>
    /// <param name="label">
    /// From each part's label (<see cref="Dfa.None"/> where it does not accept or has given up) to the label of the whole, negative for
    /// refusal.
    /// </param>
    /// <param name="budget">Counts the work.</param>
    public static Dfa Product(IReadOnlyList<Dfa> parts, Func<int[], int> label, CompileBudget budget)
    {
        (Alphabet alphabet, int[][] maps) = Alphabet.Merge([.. parts.Select(p => p.Alphabet)], budget);
        int[] start = [.. parts.Select(p => p.IsEmpty ? Dfa.None : Dfa.Start)];

        // A tuple of which every part has given up stays so: whether it accepts decides if it is worth keeping.
        bool restAccepted = label([.. parts.Select(_ => Dfa.None)]) >= 0;
        int[]? Step(int[] state, int c)
        {
            budget.Spend(parts.Count);
            var target = new int[state.Length];
            bool alive = restAccepted;
            for (int p = 0; p < target.Length; p++)
            {
                target[p] = state[p] < 0 ? Dfa.None : parts[p].StepClass(state[p], maps[p][c]);
                alive |= target[p] >= 0;
            }

            return alive ? target : null;
        }

        int Label(int[] state) =>
            label([.. state.Select((s, p) => s < 0 ? Dfa.None : parts[p].Label(s))]);
        return Explore(alphabet, start, Step, Label, IntTuples.Comparer, budget);
    }

    /// <summary>What all accept; label 0.</summary>
    public static Dfa Intersection(IReadOnlyList<Dfa> parts, CompileBudget budget) =>
        parts.Count == 1 ? parts[0] : Product(parts, labels => labels.All(l => l >= 0) ? 0 : Dfa.None, budget);

    /// <summary>What at least one accepts; label 0.</summary>
    public static Dfa Union(IReadOnlyList<Dfa> parts, CompileBudget budget) =>
        parts.Count == 1 ? parts[0] : Product(parts, labels => labels.Any(l => l >= 0) ? 0 : Dfa.None, budget);

    /// <summary>What the first accepts and the second does not; label 0.</summary>
    public static Dfa Difference(Dfa from, Dfa without, CompileBudget budget) =>
        Product([from, without], labels => labels[0] >= 0 && labels[1] < 0 ? 0 : Dfa.None, budget);

    /// <summary>Texts of at least, and at most, so many code points; a null maximum is none.</summary>
    public static Dfa Lengths(int min, int? max, CompileBudget budget)
    {
        int states = (max ?? min) + 1;
        RequireSize(states, 1);
        budget.Spend(states);
        return Trim(
            Alphabet.Single,
            [.. Enumerable.Range(0, states).Select(s => s + 1 < states ? s + 1 : max is null ? s : Dfa.None)],
            [.. Enumerable.Range(0, states).Select(s => s >= min ? 0 : Dfa.None)]);
    }

    /// <summary>Renumbers the states that can reach an accepting one, the start first; the others are gone.</summary>
    internal static Dfa Trim(Alphabet alphabet, int[] next, int[] labels)
    {
        int classes = alphabet.Count;
        var sources = new List<int>[labels.Length];
        for (int i = 0; i < next.Length; i++)
        {
            if (next[i] >= 0)
            {
                (sources[next[i]] ??= []).Add(i / classes);
            }
        }

        var live = new bool[labels.Length];
        var open = new Stack<int>();
        for (int s = 0; s < labels.Length; s++)
        {
            if (labels[s] >= 0)
            {
                live[s] = true;
                open.Push(s);
            }
        }

        while (open.TryPop(out int s))
        {
            foreach (int source in sources[s] ?? [])
            {
                if (!live[source])
                {
                    live[source] = true;
                    open.Push(source);
                }
            }
        }

        if (labels.Length == 0 || !live[Dfa.Start])
        {
            return Dfa.Nothing;
        }

        // Only what the start still reaches: cutting a state may leave others without a way in.
        var ids = new int[labels.Length];
        Array.Fill(ids, Dfa.None);
        ids[Dfa.Start] = 0;
        var order = new List<int> { Dfa.Start };
        for (int i = 0; i < order.Count; i++)
        {
            foreach (int target in next.AsSpan(order[i] * classes, classes))
            {
                if (target >= 0 && live[target] && ids[target] < 0)
                {
                    ids[target] = order.Count;
                    order.Add(target);
                }
            }
        }

        var newNext = new int[order.Count * classes];
        for (int i = 0; i < newNext.Length; i++)
        {
            int target = next[(order[i / classes] * classes) + (i % classes)];
            newNext[i] = target < 0 ? Dfa.None : ids[target];
        }

        return new Dfa(alphabet, newNext, [.. order.Select(s => labels[s])]);
    }

    private static void RequireSize(int states, int classes)
    {
        if (states > ConstraintLimits.DfaStates || (long)states * classes > ConstraintLimits.DfaTransitions)
        {
            throw ConstraintException.TooComplex(
                $"The constraint is too complex: one of its patterns or lists needs an automaton of more than {ConstraintLimits.DfaStates} states.");
        }
    }
}
