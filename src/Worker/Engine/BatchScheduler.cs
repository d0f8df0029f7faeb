namespace Godwit.Worker.Engine;

/// <summary>
/// The per-step planner, a pure function: who computes how many tokens, who joins, who has to make room. There are no phases: a
/// sequence's computed tokens catch up with its known ones. Decodes come first, then prefill chunks, then all waiting sequences that fit;
/// when blocks run out, the least urgent, latest arrived sequence is preempted by recompute (engine.md §2.1, after vLLM V1).
/// </summary>
internal static class BatchScheduler
{
    /// <summary>What the planner knows of a sequence that holds blocks.</summary>
    /// <param name="Known">Prompt and sampled tokens.</param>
    /// <param name="Computed">Tokens that are in the KV cache.</param>
    /// <param name="Priority">Scheduling priority, lower is sooner.</param>
    /// <param name="Urgency">Its place among all sequences.</param>
    /// <param name="ScoresPrompt">Wants logits for every token of its prefill, not for the last one alone.</param>
    internal readonly record struct RunningState(int Known, int Computed, int Priority, Urgency Urgency, bool ScoresPrompt = false);

    /// <summary>What the planner knows of a sequence that holds none.</summary>
    /// <param name="Known">Prompt and sampled tokens.</param>
    /// <param name="Cached">Tokens that the prefix cache would spare it.</param>
    /// <param name="Needed">Blocks for its known tokens.</param>
    /// <param name="Shared">Those of them that running sequences hold, so that it takes no available block for them.</param>
    /// <param name="Priority">Scheduling priority, lower is sooner.</param>
    /// <param name="Urgency">Its place among all sequences.</param>
    /// <param name="ScoresPrompt">Wants logits for every token of its prefill, not for the last one alone.</param>
    internal readonly record struct WaitingState(
        int Known, int Cached, int Needed, int Shared, int Priority, Urgency Urgency, bool ScoresPrompt = false);

    /// <summary>The KV blocks, as the planner sees them.</summary>
    /// <param name="Total">All blocks.</param>
    /// <param name="Available">Blocks that can be allocated now.</param>
    /// <param name="Missing">Blocks that running sequence i must allocate to compute n tokens.</param>
    /// <param name="Exclusive">Blocks that preempting running sequence i makes available, at least.</param>
    internal readonly record struct BlockSupply(int Total, int Available, Func<int, int, int> Missing, Func<int, int> Exclusive);

    /// <summary>Plans one step.</summary>
    /// <param name="running">Sequences that hold blocks, most urgent first.</param>
    /// <param name="waiting">Sequences that hold none, most urgent first; read only as far as they may be admitted.</param>
    /// <param name="blocks">The KV blocks.</param>
    /// <param name="options">Budget, chunk size, the most sequences at once, watermark.</param>
    public static StepSchedule Plan(
        IReadOnlyList<RunningState> running, IEnumerable<WaitingState> waiting, BlockSupply blocks, EngineOptions options)
    {
        var draft = new Draft(running, blocks, options);
        draft.GrowRunning(decodes: true);
        draft.GrowRunning(decodes: false);

        // Who has just made others give way must not let newcomers in.
        List<int> admitted = draft.AnyPreempted ? [] : draft.Admit(waiting);
        return new StepSchedule(draft.Tokens, draft.Preempted, admitted);
    }

    /// <summary>A schedule in the making, and what is left of budget and blocks.</summary>
    private sealed class Draft(IReadOnlyList<RunningState> running, BlockSupply blocks, EngineOptions options)
    {
        private readonly int[] _tokens = new int[running.Count];
        private readonly int[] _taken = new int[running.Count];
        private readonly bool[] _preempted = new bool[running.Count];
        private int _available = blocks.Available;
        private int _budget = options.MaxTokensPerStep;
        private int _active = running.Count;

        // A step has room for MaxSequences rows of logits; what its sequences leave over after one row each is for scoring prompts.
        private int _spareRows = options.MaxSequences - running.Count;

        public IReadOnlyList<int> Tokens => _tokens;

        public IReadOnlyList<int> Preempted => AnyPreempted ? [.. Enumerable.Range(0, running.Count).Where(i => _preempted[i])] : [];

        public bool AnyPreempted => _active < running.Count;

        public void GrowRunning(bool decodes)
        {
            for (int i = 0; i < running.Count && _budget > 0; i++)
            {
                int behind = running[i].Known - running[i].Computed;
                if (_preempted[i] || (behind == 1) != decodes)
                {
                    continue;
                }

                int tokens = Math.Min(Math.Min(behind, options.PrefillChunkTokens), _budget);
                tokens = running[i].ScoresPrompt ? Math.Min(tokens, 1 + _spareRows) : tokens;
                int missing = blocks.Missing(i, tokens);
                for (int victim = running.Count - 1; missing > _available && !_preempted[i]; victim--)
                {
                    Preempt(victim);
                }

                if (!_preempted[i])
                {
                    _tokens[i] = tokens;
                    _taken[i] = missing;
                    _budget -= tokens;
                    _available -= missing;
                    _spareRows -= running[i].ScoresPrompt ? tokens - 1 : 0;
                }
            }
        }

        public List<int> Admit(IEnumerable<WaitingState> waiting)
        {
            var admitted = new List<int>();
            if (_budget == 0)
            {
                return admitted;
            }

            foreach (WaitingState sequence in waiting)
            {
                // In order only: a large sequence at the head is not overtaken by small ones, so it cannot starve.
                if (_spareRows == 0 && _active + admitted.Count < options.MaxSequences)
                {
                    break;
                }

                if (!Fits(Cost(sequence), _available, _active + admitted.Count) && !MakeRoom(sequence, admitted.Count))
                {
                    break;
                }

                int tokens = Math.Min(Math.Min(sequence.Known - sequence.Cached, options.PrefillChunkTokens), _budget);
                tokens = sequence.ScoresPrompt ? Math.Min(tokens, _spareRows) : tokens;
                _spareRows -= sequence.ScoresPrompt ? tokens : 1;
                admitted.Add(tokens);
                _budget -= tokens;
                _available -= Cost(sequence);
                if (_budget == 0)
                {
                    break;
                }
            }

            return admitted;
        }

        // Blocks are kept back for those that run, or the newcomer would be preempted at their next step.
        private bool Fits(int cost, int available, int active) =>
            active < options.MaxSequences && cost <= available - (active > 0 ? Watermark() : 0);

        // A block that it shares with a preempted sequence only is among those that became available: it is counted, and so it costs.
        private int Cost(WaitingState sequence) => sequence.Needed - (AnyPreempted ? 0 : sequence.Shared);

        private int Watermark() => (int)Math.Ceiling(blocks.Total * options.WatermarkShare);

        // Preempts running sequences of lower priority, but only if that is enough to let this one in.
        private bool MakeRoom(WaitingState sequence, int admitted)
        {
            int available = _available, active = _active;
            var victims = new List<int>();
            for (int i = running.Count - 1; i >= 0 && !Fits(sequence.Needed, available, active + admitted); i--)
            {
                if (!_preempted[i] && running[i].Priority > sequence.Priority && sequence.Urgency.ComesBefore(running[i].Urgency))
                {
                    victims.Add(i);
                    available += _taken[i] + blocks.Exclusive(i);
                    active--;
                }
            }

            if (!Fits(sequence.Needed, available, active + admitted))
            {
                return false;
            }

            victims.ForEach(Preempt);
            return true;
        }

        private void Preempt(int i)
        {
            if (_preempted[i])
            {
                return;
            }

            _preempted[i] = true;
            _active--;
            _available += _taken[i] + blocks.Exclusive(i);
            _budget += _tokens[i];
            _spareRows += 1 + (running[i].ScoresPrompt ? Math.Max(0, _tokens[i] - 1) : 0);
            _tokens[i] = _taken[i] = 0;
        }
    }
}
