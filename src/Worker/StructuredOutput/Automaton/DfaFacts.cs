namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>Facts about the texts that an automaton accepts from each of its states.</summary>
internal static class DfaFacts
{
    /// <summary>A count without end.</summary>
    public const int Infinite = int.MaxValue;

    /// <summary>How many texts with a counted label are accepted from each state, up to <see cref="Infinite"/>.</summary>
    public static int[] Counts(Dfa dfa, Func<int, bool> counted)
    {
        var total = new long[dfa.StateCount];
        bool[] useful = Reaching(dfa, counted);
        foreach (int s in EndsFirst(dfa, useful, out bool[] endless))
        {
            long sum = dfa.Accepts(s) && counted(dfa.Label(s)) ? 1 : 0;
            for (int i = 0; i < dfa.Alphabet.IntervalCount && !endless[s]; i++)
            {
                (int low, int high, int c) = dfa.Alphabet.Interval(i);
                int target = dfa.StepClass(s, c);
                sum = Math.Min(sum + (target >= 0 ? (high - low + 1) * total[target] : 0), Infinite);
            }

            total[s] = endless[s] ? Infinite : sum;
        }

        return [.. total.Select(t => (int)t)];
    }

    /// <summary>The shortest and the longest accepted text, in code points; the longest is <see cref="Infinite"/> when there is none.</summary>
    public static (int Shortest, int Longest) Lengths(Dfa dfa)
    {
        var shortest = new int[dfa.StateCount];
        Array.Fill(shortest, Infinite);
        shortest[Dfa.Start] = 0;
        var queue = new Queue<int>([Dfa.Start]);
        int best = Infinite;
        while (queue.TryDequeue(out int s) && best == Infinite)
        {
            best = dfa.Accepts(s) ? shortest[s] : Infinite;
            for (int c = 0; c < dfa.Alphabet.Count; c++)
            {
                int target = dfa.StepClass(s, c);
                if (target >= 0 && shortest[target] == Infinite)
                {
                    shortest[target] = shortest[s] + 1;
                    queue.Enqueue(target);
                }
            }
        }

        var longest = new int[dfa.StateCount];
        foreach (int s in EndsFirst(dfa, Reaching(dfa, _ => true), out bool[] endless))
        {
            longest[s] = endless[s] ? Infinite : 0;
            for (int c = 0; c < dfa.Alphabet.Count; c++)
            {
                int target = dfa.StepClass(s, c);
                if (target >= 0 && !endless[s])
                {
                    longest[s] = Math.Max(longest[s], longest[target] + 1);
                }
            }
        }

        return (best, longest[Dfa.Start]);
    }

    private static bool[] Reaching(Dfa dfa, Func<int, bool> counted)
    {
        List<int>[] sources = Sources(dfa);
        var reaching = new bool[dfa.StateCount];
        var open = new Stack<int>();
        for (int s = 0; s < dfa.StateCount; s++)
        {
            if (dfa.Accepts(s) && counted(dfa.Label(s)))
            {
                reaching[s] = true;
                open.Push(s);
            }
        }

        while (open.TryPop(out int s))
        {
            foreach (int source in sources[s])
            {
                if (!reaching[source])
                {
                    reaching[source] = true;
                    open.Push(source);
                }
            }
        }

        return reaching;
    }

    // The useful states, those first that all their useful successors come before; the rest, which lead to a cycle and so have accepted
    // continuations without end, last.
    private static List<int> EndsFirst(Dfa dfa, bool[] useful, out bool[] endless)
    {
        List<int>[] sources = Sources(dfa);
        var missing = new int[dfa.StateCount];
        for (int target = 0; target < dfa.StateCount; target++)
        {
            foreach (int source in useful[target] ? sources[target] : [])
            {
                missing[source]++;
            }
        }

        var settled = new Queue<int>(Enumerable.Range(0, dfa.StateCount).Where(s => useful[s] && missing[s] == 0));
        var order = new List<int>();
        while (settled.TryDequeue(out int s))
        {
            order.Add(s);
            foreach (int source in sources[s])
            {
                if (--missing[source] == 0)
                {
                    settled.Enqueue(source);
                }
            }
        }

        endless = [.. missing.Select((m, s) => useful[s] && m > 0)];
        bool[] last = endless;
        return [.. order, .. Enumerable.Range(0, dfa.StateCount).Where(s => last[s])];
    }

    // One entry per transition.
    private static List<int>[] Sources(Dfa dfa)
    {
        var sources = new List<int>[dfa.StateCount];
        for (int s = 0; s < sources.Length; s++)
        {
            sources[s] = [];
        }

        for (int s = 0; s < sources.Length; s++)
        {
            for (int c = 0; c < dfa.Alphabet.Count; c++)
            {
                int target = dfa.StepClass(s, c);
                if (target >= 0)
                {
                    sources[target].Add(s);
                }
            }
        }

        return sources;
    }
}
