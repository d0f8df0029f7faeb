using System.Runtime.InteropServices;

namespace Godwit.Worker.Engine;

/// <summary>
/// The per-step planner, a pure function: who computes how many tokens, who joins, who has to make room. There are no phases: a
/// sequence's computed tokens catch up with its known ones. Decodes come first, then prefill chunks, then all waiting sequences that fit;
/// when blocks run out, the least urgent, latest arrived sequence is preempted by recompute (engine.md §2.1, after vLLM V1). Drafts get
/// what is left.
/// </summary>
internal static class BatchScheduler
{
    /// <summary>What the planner knows of a sequence that holds blocks.</summary>
    /// <param name="Known">Prompt and sampled tokens.</param>
    /// <param name="Computed">Tokens that are in the KV cache; all of them when nothing shall be computed now.</param>
    /// <param name="Priority">Scheduling priority, lower is sooner.</param>
    /// <param name="Urgency">Its place among all sequences.</param>
    /// <param name="ScoresPrompt">Wants logits for every token of its prefill, not for the last one alone.</param>
    /// <param name="Drafts">Tokens that it would have computed behind its last one, on the chance that they come next.</param>
    /// <param name="Unscored">So many of the tokens to compute next want none all the same.</param>
    internal readonly record struct RunningState(
        int Known, int Computed, int Priority, Urgency Urgency, bool ScoresPrompt = false, int Drafts = 0, int Unscored = 0)
    {
        /// <summary>Rows of logits beyond the one that every sequence has, to compute so many tokens.</summary>
        public int ExtraRows(int tokens) => ScoresPrompt ? Math.Max(0, tokens - Unscored - 1) : 0;
    }

    /// <summary>What the planner knows of a sequence that holds none.</summary>
    /// <param name="Known">Prompt and sampled tokens.</param>
    /// <param name="Cached">Tokens that the prefix cache would spare it.</param>
    /// <param name="Needed">Blocks for its known tokens.</param>
    /// <param name="Shared">Those of them that running sequences hold, so that it takes no available block for them.</param>
    /// <param name="Priority">Scheduling priority, lower is sooner.</param>
    /// <param name="Urgency">Its place among all sequences.</param>
    /// <param name="ScoresPrompt">Wants logits for every token of its prefill, not for the last one alone.</param>
    /// <param name="Unscored">So many of the tokens to compute first want none all the same.</param>
    internal readonly record struct WaitingState(
        int Known, int Cached, int Needed, int Shared, int Priority, Urgency Urgency, bool ScoresPrompt = false, int Unscored = 0);

    /// <summary>The KV blocks, as the planner sees them.</summary>
    /// <param name="Total">All blocks.</param>
    /// <param name="Available">Blocks that can be allocated now.</param>
    /// <param name="Missing">Blocks that running sequence i must allocate to compute n tokens.</param>
    /// <param name="Exclusive">Blocks that preempting running sequence i makes available, at least.</param>
    /// <param name="HeldPlaces">Places in the batch that are kept for others.</param>
    internal readonly record struct BlockSupply(
        int Total, int Available, Func<int, int, int> Missing, Func<int, int> Exclusive, int HeldPlaces = 0);

    /// <summary>The sequences that hold none, most urgent first.</summary>
    /// <param name="Count">How many there are.</param>
    /// <param name="State">State of one by its place; asked only of those that may be admitted.</param>
    internal readonly record struct WaitingQueue(int Count, Func<int, WaitingState> State);

    /// <summary>Blocks that an admission leaves to those that run.</summary>
    public static int Watermark(int total, EngineOptions options) => (int)Math.Ceiling(total * options.WatermarkShare);

    /// <summary>Plans one step.</summary>
    /// <param name="running">Sequences that hold blocks, most urgent first.</param>
    /// <param name="waiting">Sequences that hold none.</param>
    /// <param name="blocks">The KV blocks.</param>
    /// <param name="options">Budget, chunk size, the most sequences at once, watermark.</param>
    /// <param name="schedule">Takes the plan; what it held is dropped.</param>
    public static void Plan(
        ReadOnlySpan<RunningState> running, WaitingQueue waiting, BlockSupply blocks, EngineOptions options, StepSchedule schedule)
    {
        CollectionsMarshal.SetCount(schedule.Tokens, running.Length);
        CollectionsMarshal.SetCount(schedule.Drafts, running.Length);
        schedule.Preempted.Clear();
        schedule.Admitted.Clear();
        Span<int> taken = stackalloc int[running.Length];
        Span<bool> preempted = stackalloc bool[running.Length];
        var plan = new Builder(running, blocks, options, CollectionsMarshal.AsSpan(schedule.Tokens), taken, preempted);
        plan.GrowRunning(decodes: true);
        plan.GrowRunning(decodes: false);

        // Who has just made others give way must not let newcomers in.
        if (!plan.AnyPreempted)
        {
            plan.Admit(waiting, schedule.Admitted);
        }

        plan.GrantDrafts(CollectionsMarshal.AsSpan(schedule.Drafts), mayTakeBlocks: schedule.Admitted.Count == waiting.Count);
        for (int i = 0; i < running.Length; i++)
        {
            if (preempted[i])
            {
                schedule.Preempted.Add(i);
            }
        }
    }

    /// <summary>A schedule in the making, and what is left of budget and blocks.</summary>
    private ref struct Builder
    {
        private readonly ReadOnlySpan<RunningState> _running;
        private readonly BlockSupply _blocks;
        private readonly EngineOptions _options;
        private readonly Span<int> _tokens;
        private readonly Span<int> _taken;
        private readonly Span<bool> _preempted;
        private readonly int _places;
        private int _available;
        private int _budget;
        private int _active;

        // Blocks that the admitted share with running sequences: when one of those is preempted, they may be among what it gives back.
        private int _shared;

        // A step has a row of logits for each place; what its sequences leave over after one row each is for scoring prompts and for
        // drafts.
        private int _spareRows;

        public Builder(
            ReadOnlySpan<RunningState> running,
            BlockSupply blocks,
            EngineOptions options,
            Span<int> tokens,
            Span<int> taken,
            Span<bool> preempted)
        {
            _running = running;
            _blocks = blocks;
            _options = options;
            _tokens = tokens;
            _taken = taken;
            _preempted = preempted;
            _available = blocks.Available;
            _budget = options.MaxTokensPerStep;
            _active = running.Length;
            _places = options.MaxSequences - blocks.HeldPlaces;
            _spareRows = _places - running.Length;
            tokens.Clear();
        }

        public readonly bool AnyPreempted => _active < _running.Length;

        public void GrowRunning(bool decodes)
        {
            for (int i = 0; i < _running.Length && _budget > 0; i++)
            {
                int behind = _running[i].Known - _running[i].Computed;
                if (behind == 0 || _preempted[i] || (behind == 1) != decodes)
                {
                    continue;
                }

                int tokens = Math.Min(Math.Min(behind, _options.PrefillChunkTokens), _budget);
                tokens = _running[i].ScoresPrompt ? Math.Min(tokens, _running[i].Unscored + 1 + _spareRows) : tokens;
                int missing = _blocks.Missing(i, tokens);
                for (int victim = _running.Length - 1; missing > _available && !_preempted[i]; victim--)
                {
                    Preempt(victim);
                }

                if (!_preempted[i])
                {
                    _tokens[i] = tokens;
                    _taken[i] = missing;
                    _budget -= tokens;
                    _available -= missing;
                    _spareRows -= _running[i].ExtraRows(tokens);
                }
            }
        }

        public void Admit(WaitingQueue waiting, List<int> admitted)
        {
            while (admitted.Count < waiting.Count && _budget > 0)
            {
                // In order only: a large sequence at the head is not overtaken by small ones, so it cannot starve.
                if (_spareRows == 0 && _active + admitted.Count < _places)
                {
                    break;
                }

                WaitingState sequence = waiting.State(admitted.Count);
                if (!Fits(Cost(sequence), _available, _active + admitted.Count) && !MakeRoom(sequence, admitted.Count))
                {
                    break;
                }

                int tokens = Math.Min(Math.Min(sequence.Known - sequence.Cached, _options.PrefillChunkTokens), _budget);
                tokens = sequence.ScoresPrompt ? Math.Min(tokens, sequence.Unscored + _spareRows) : tokens;
                _spareRows -= sequence.ScoresPrompt ? Math.Max(1, tokens - sequence.Unscored) : 1;
                admitted.Add(tokens);
                _budget -= tokens;
                _available -= Cost(sequence);
                _shared += sequence.Shared;
            }
        }

        // What nobody else wants: rows, budget, and blocks, if no one is left waiting for them or for what they cache.
        public void GrantDrafts(Span<int> drafts, bool mayTakeBlocks)
        {
            int available = mayTakeBlocks && !AnyPreempted ? _available - Watermark() : 0;
            for (int i = 0; i < _running.Length; i++)
            {
                int count = _tokens[i] == 0 ? 0 : Math.Min(_running[i].Drafts, Math.Min(_budget, _spareRows));
                int missing = 0;
                while (count > 0 && (missing = _blocks.Missing(i, _tokens[i] + count) - _taken[i]) > Math.Max(0, available))
                {
                    count--;
                }

                drafts[i] = count;
                _budget -= count;
                _spareRows -= count;
                available -= count > 0 ? missing : 0;
            }
        }

        // Blocks are kept back for those that run, or the newcomer would be preempted at their next step.
        private readonly bool Fits(int cost, int available, int active) =>
            active < _places && cost <= available - (active > 0 ? Watermark() : 0);

        // A block that it shares with a preempted sequence only is among those that became available: it is counted, and so it costs.
        private readonly int Cost(WaitingState sequence) => sequence.Needed - (AnyPreempted ? 0 : sequence.Shared);

        private readonly int Watermark() => BatchScheduler.Watermark(_blocks.Total, _options);

        // Preempts running sequences of lower priority, but only if that is enough to let this one in.
        private bool MakeRoom(WaitingState sequence, int admitted)
        {
            int shared = AnyPreempted ? 0 : _shared;
            int available = _available - shared, active = _active, first = _running.Length;
            while (first > 0 && !Fits(sequence.Needed, available, active + admitted))
            {
                first--;
                if (GivesWay(first, sequence))
                {
                    available += _taken[first] + _blocks.Exclusive(first);
                    active--;
                }
            }

            if (!Fits(sequence.Needed, available, active + admitted))
            {
                return false;
            }

            _available -= shared;
            for (int i = _running.Length - 1; i >= first; i--)
            {
                if (GivesWay(i, sequence))
                {
                    Preempt(i);
                }
            }

            return true;
        }

        private readonly bool GivesWay(int i, WaitingState sequence) =>
            !_preempted[i] && _running[i].Priority > sequence.Priority && sequence.Urgency.ComesBefore(_running[i].Urgency);

        private void Preempt(int i)
        {
            if (_preempted[i])
            {
                return;
            }

            _preempted[i] = true;
            _active--;
            _available += _taken[i] + _blocks.Exclusive(i);
            _budget += _tokens[i];
            _spareRows += 1 + _running[i].ExtraRows(_tokens[i]);
            _tokens[i] = _taken[i] = 0;
        }
    }
}
