using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

/// <summary>Tells <see cref="BatchScheduler"/> how things stand, every step in the memory of the one before.</summary>
internal sealed class StepPlanner
{
    private readonly RunningSequences _running;
    private readonly WaitingSequences _waiting;
    private readonly BlockPool _pool;
    private readonly EngineOptions _options;
    private readonly HeldBlocks _held;
    private readonly int _mostDrafts;
    private readonly BatchScheduler.RunningState[] _states;
    private readonly Func<int, int, int> _missing;
    private readonly Func<int, int> _exclusive;
    private readonly StepSchedule _schedule = new();

    /// <param name="running">Sequences with a place in the batch.</param>
    /// <param name="waiting">Sequences without.</param>
    /// <param name="pool">The KV blocks.</param>
    /// <param name="held">What is kept for others than those.</param>
    /// <param name="options">Limits.</param>
    /// <param name="isExact">Whether a token does not depend on how many are computed with it: else drafts would change the output.</param>
    public StepPlanner(
        RunningSequences running, WaitingSequences waiting, BlockPool pool, HeldBlocks held, EngineOptions options, bool isExact)
    {
        _held = held;
        _running = running;
        _waiting = waiting;
        _pool = pool;
        _options = options;
        _mostDrafts = isExact ? options.PromptLookupTokens : 0;
        _states = new BatchScheduler.RunningState[options.MaxSequences];
        _missing = (i, tokens) => _running[i].Table!.Missing(_running[i].Computed, _running[i].Computed + tokens);
        _exclusive = i => _running[i].Table!.Exclusive;
    }

    /// <summary>Plans the next step; valid until the one after.</summary>
    public StepSchedule Plan()
    {
        // A draft needs a row of logits that no sequence has a claim to.
        int mostDrafts = _running.Count < _options.MaxSequences ? _mostDrafts : 0;
        for (int i = 0; i < _running.Count; i++)
        {
            Sequence sequence = _running[i];
            bool paused = sequence.Request.IsPaused;
            int drafts = mostDrafts > 0 && !paused ? sequence.Draft(mostDrafts) : 0;
            _states[i] = new BatchScheduler.RunningState(
                sequence.Known,
                paused ? sequence.Known : sequence.Computed,
                sequence.Priority,
                sequence.Urgency,
                sequence.ScoresPrompt,
                drafts,
                sequence.UnscoredFrom(sequence.Computed));
        }

        BatchScheduler.Plan(
            _states.AsSpan(0, _running.Count),
            _waiting.Queue(Admissible()),
            new BatchScheduler.BlockSupply(_pool.Total, _pool.Available, _missing, _exclusive, _held.Places),
            _options,
            _schedule);
        return _schedule;
    }

    // How many of the waiting may join, from the head of the queue: a request that must be alone neither joins others nor is joined.
    private int Admissible()
    {
        EngineRequest? first = _running.Count > 0 ? _running[0].Request : null;
        if (_waiting.Alone == 0 && first is not { Alone: true })
        {
            return _waiting.Count;
        }

        if (first is null && _held.Places == 0 && _waiting[0].Request.Alone)
        {
            first = _waiting[0].Request;
        }

        int count = 0;
        while (count < _waiting.Count && (first is { Alone: true } ? _waiting[count].Request == first : !_waiting[count].Request.Alone))
        {
            count++;
        }

        return count;
    }
}
