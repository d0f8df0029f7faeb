using System.Runtime.InteropServices;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>
/// All sequences of an engine, and the step that moves them on: plan → make room → one fused forward pass → sample (Orca's
/// iteration-level scheduling, Flover's temporal fusion: one pass over the weights per step for rows at different positions). Drafts of a
/// sequence's next tokens are computed in the same pass and hold as far as sampling gives the same tokens, so that they never change an
/// output. Not thread-safe; <see cref="EngineLoop"/> gives it its thread.
/// </summary>
internal sealed class FusedBatch
{
    private readonly IModelRunner _runner;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly EngineOptions _options;
    private readonly SequenceMetrics _metrics;
    private readonly BlockPool _pool;
    private readonly SamplingWorkspace _workspace;
    private readonly WaitingSequences _waiting;
    private readonly RunningSequences _running = new();
    private readonly EngineCounters _counters = new();

    // Every step works in the memory of the one before.
    private readonly StepPlanner _planner;
    private readonly List<StepPart> _parts = [];
    private readonly BatchPlan _plan = new();
    private long _arrivals;
    private int _openRequests;
    private long _now;

    /// <param name="runner">Executes the plans.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">What becomes of sequences; null: nobody wants to know.</param>
    public FusedBatch(IModelRunner runner, IReadOnlySet<int> endTokens, EngineOptions options, SequenceMetrics? metrics = null)
    {
        _runner = runner;
        _endTokens = endTokens;
        _options = options;
        _metrics = metrics ?? SequenceMetrics.Unread();
        _pool = new BlockPool(runner.KvBlocks);
        _workspace = new SamplingWorkspace(runner.VocabularySize);
        _waiting = new WaitingSequences(_pool, options.PrefixCaching);
        _planner = new StepPlanner(_running, _waiting, _pool, options, runner.IsExact);
    }

    /// <summary>Nothing runs and nothing waits.</summary>
    public bool IsEmpty => _running.Count + _waiting.Count == 0;

    /// <summary>Requests that are not over.</summary>
    public IEnumerable<EngineRequest> Requests => _running.Concat(_waiting).Select(sequence => sequence.Request).Distinct();

    /// <summary>The load, and what was done so far.</summary>
    public EngineStatus Status => new(
        _pool.Used,
        _pool.Total,
        _pool.Cached,
        _waiting.Blocks,
        _running.Count,
        _waiting.Count,
        _running.Requests,
        _openRequests - _running.Requests,
        0,
        0,
        0,
        0,
        0,
        0,
        _counters.Snapshot(_pool.Evictions));

    /// <summary>Takes a request; it joins at the next step that has room.</summary>
    public void Add(EngineRequest request)
    {
        _openRequests++;
        _metrics.Arrived(request);
        foreach (Sequence leader in request.Leaders)
        {
            Arrive(leader);
            foreach (Sequence sibling in leader.Siblings ?? [])
            {
                sibling.Urgency = Urgency.Of(request.Priority, _counters.Steps, _arrivals++, _options.AgingSteps);
            }
        }
    }

    /// <summary>Drops a request; its blocks are available at once.</summary>
    public void Cancel(EngineRequest request) => End(request, error: null);

    /// <summary>Runs one step; does nothing when nothing can run.</summary>
    public void Step()
    {
        Apply(_planner.Plan());
        if (_parts.Count > 0)
        {
            foreach (StepPart part in _parts)
            {
                _plan.Add(part.Sequence.Plan(part.Tokens + part.Drafts));
            }

            MaskPreparation? masks = MaskPreparation.Start(CollectionsMarshal.AsSpan(_parts));
            ReadOnlyMemory<float> logits = _runner.Forward(_plan);
            masks?.Finish();
            _now = _metrics.Now;
            _metrics.Stepped(_plan.Rows);
            _counters.Steps++;
            _counters.Copies += _plan.Copies.Length;
            Sample(logits.Span);
        }

        if (_options.CheckInvariants)
        {
            _pool.Verify(_running.Select(s => s.Table!));
        }
    }

    // First everybody's part, by the places that the schedule speaks of; then places and blocks change hands.
    private void Apply(StepSchedule schedule)
    {
        _plan.Clear();
        _parts.Clear();
        for (int i = 0; i < _running.Count; i++)
        {
            if (schedule.Tokens[i] > 0)
            {
                _parts.Add(new StepPart(_running[i], schedule.Tokens[i], schedule.Drafts[i]));
            }
        }

        int going = _parts.Count;
        for (int i = 0; i < schedule.Admitted.Count; i++)
        {
            _parts.Add(new StepPart(_waiting[i], schedule.Admitted[i]));
        }

        for (int i = schedule.Preempted.Count - 1; i >= 0; i--)
        {
            Sequence sequence = _running[schedule.Preempted[i]];
            _running.Remove(sequence);
            _waiting.Add(sequence);
            _counters.Preemptions++;
        }

        foreach ((Sequence sequence, int tokens, int drafts) in CollectionsMarshal.AsSpan(_parts)[..going])
        {
            _plan.Add(sequence.Table!.MakeWritable(sequence.Computed, sequence.Computed + tokens + drafts));
        }

        foreach (ref StepPart part in CollectionsMarshal.AsSpan(_parts)[going..])
        {
            _waiting.Remove(part.Sequence);
            Start(part.Sequence);
            part = part with { Tokens = Math.Min(part.Tokens, part.Sequence.Known - part.Sequence.Computed) };
        }
    }

    private void Sample(ReadOnlySpan<float> logits)
    {
        ReadOnlySpan<float> hidden = _runner.HiddenStates.Span;
        for (int i = 0; i < _parts.Count; i++)
        {
            (Sequence sequence, int tokens, int drafts) = _parts[i];
            ReadOnlySpan<float> rows = logits[..(_plan.Sequences[i].LogitsRows * _runner.VocabularySize)];
            logits = logits[rows.Length..];
            ReadOnlySpan<float> states = hidden[..(_plan.Sequences[i].WantsHidden ? tokens * _runner.HiddenSize : 0)];
            hidden = hidden[states.Length..];
            if (sequence.Table is null)
            {
                // Another sequence of its request has just failed, and the request with it.
                continue;
            }

            _counters.PromptTokens += sequence.IsPrefill ? tokens : 0;
            _counters.RecomputedTokens += sequence.IsPrefill || tokens == 1 ? 0 : tokens;
            sequence.Pool?.Add(sequence.Computed, states);
            sequence.Advance(tokens, _options.PrefixCaching);
            Draw(sequence, rows[..^(drafts * _runner.VocabularySize)]);
            Confirm(sequence, rows[^(drafts * _runner.VocabularySize)..], drafts);
        }
    }

    // Row i was computed as if the drafts up to i were the output: it counts as long as they are.
    private void Confirm(Sequence sequence, ReadOnlySpan<float> rows, int drafts)
    {
        _counters.DraftTokens += drafts;
        for (int i = 0; i < drafts && sequence is { Table: not null, IsAsDrafted: true }; i++)
        {
            _counters.AcceptedTokens++;
            sequence.Advance(1, _options.PrefixCaching);
            Draw(sequence, rows.Slice(i * _runner.VocabularySize, _runner.VocabularySize));
        }

        if (drafts > 0)
        {
            sequence.Table?.Trim(sequence.Computed);
        }
    }

    // A request that cannot be sampled fails alone; the batch goes on.
    private void Draw(Sequence sequence, ReadOnlySpan<float> logits)
    {
        try
        {
            ReadOnlySpan<float> last = sequence.Score(logits, _runner.VocabularySize);
            if (sequence.Computed == sequence.Known)
            {
                if (sequence.Siblings is not null)
                {
                    foreach (Sequence sibling in BeginSiblings(sequence))
                    {
                        Take(sibling, last);
                    }
                }

                Take(sequence, last);
            }
        }
#pragma warning disable CA1031 // Whatever went wrong with one request must not end the others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            End(sequence.Request, error);
        }
    }

    private void Take(Sequence sequence, ReadOnlySpan<float> logits)
    {
        int generated = sequence.Generated;
        sequence.Sample(logits, _endTokens, _workspace);
        _counters.GeneratedTokens += sequence.Generated - generated;
        _metrics.Took(sequence, _now);
        if (sequence.Finish is not null)
        {
            _running.Remove(sequence);
            Finish(sequence.Request);
        }
    }

    // The other choices of a prompt share its blocks from here on; those that find no place wait, and find the prompt in the cache.
    private List<Sequence> BeginSiblings(Sequence leader)
    {
        var begun = new List<Sequence>();
        foreach (Sequence sibling in leader.Siblings ?? [])
        {
            sibling.ShareScores(leader);
            if (_running.Count < _options.MaxSequences)
            {
                sibling.Fork(leader, _pool);
                sibling.Times.Started = leader.Times.Started;
                _running.Add(sibling);
                begun.Add(sibling);
            }
            else
            {
                _waiting.Add(sibling);
            }
        }

        leader.Siblings = null;
        return begun;
    }

    private void Arrive(Sequence sequence)
    {
        sequence.Urgency = Urgency.Of(sequence.Priority, _counters.Steps, _arrivals++, _options.AgingSteps);
        _waiting.Add(sequence);
    }

    private void Start(Sequence sequence)
    {
        bool isFirst = sequence.CachedPromptTokens is null;
        sequence.Times.Started = isFirst ? _metrics.Now : sequence.Times.Started;
        _counters.PrefixQueryTokens += _options.PrefixCaching && sequence.MayUseCache ? sequence.Known : 0;
        _plan.Add(sequence.Admit(_pool, _options.PrefixCaching));
        _counters.PrefixHits += sequence.Computed > 0 ? 1 : 0;
        _counters.PrefixHitTokens += sequence.Computed;
        if (isFirst && sequence.Request.Leaders.Contains(sequence))
        {
            sequence.Request.CachedTokens += sequence.CachedPromptTokens!.Value;
        }

        _running.Add(sequence);
    }

    private void Finish(EngineRequest request)
    {
        if (--request.Open == 0)
        {
            _openRequests--;
            request.Complete();
        }
    }

    private void End(EngineRequest request, Exception? error)
    {
        if (request.Open == 0)
        {
            return;
        }

        _metrics.Ended(request, failed: error is not null);
        foreach (Sequence sequence in _running.Where(s => s.Request == request).ToArray())
        {
            _running.Remove(sequence);
        }

        foreach (Sequence sequence in _waiting.Where(s => s.Request == request).ToArray())
        {
            _waiting.Remove(sequence);
        }

        request.Open = 0;
        _openRequests--;
        request.Complete(error);
    }
}
