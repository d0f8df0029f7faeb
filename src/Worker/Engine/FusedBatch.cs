using System.Runtime.InteropServices;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>
/// All sequences of an engine, and the step that moves them on: plan → make room → one fused forward pass → sample (Orca's
/// iteration-level scheduling, Flover's temporal fusion: one pass over the weights per step for rows at different positions). Drafts of a
/// sequence's next tokens are computed in the same pass and hold as far as sampling gives the same tokens, so that they never change an
/// output. Not thread-safe; <see cref="EngineLoop"/> gives it its thread.
/// </summary>
internal sealed partial class FusedBatch
{
    // Of the latest step in the time of a step.
    private const double StepWeight = 0.1;

    private readonly IModelRunner _runner;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly EngineOptions _options;
    private readonly SequenceMetrics _metrics;
    private readonly BlockPool _pool;
    private readonly SamplingWorkspace _workspace;
    private readonly WaitingSequences _waiting;
    private readonly RunningSequences _running = new();
    private readonly List<Sequence> _paused = [];
    private readonly HeldBlocks _held;
    private readonly EngineCounters _counters = new();

    // Every step works in the memory of the one before.
    private readonly StepPlanner _planner;
    private readonly List<StepPart> _parts = [];
    private readonly BatchPlan _plan = new();
    private long _arrivals;
    private int _openRequests;
    private int _openAlone;
    private long _now;
    private double _stepMs;

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
        _held = new HeldBlocks(_pool, BatchScheduler.Watermark(_pool.Total, options));
        _planner = new StepPlanner(_running, _waiting, _pool, _held, options, runner.IsExact);
    }

    /// <summary>Nothing runs and nothing waits.</summary>
    public bool IsEmpty => _running.Count + _waiting.Count + _paused.Count == 0;

    /// <summary>Requests that are not over, and those that are on their way here.</summary>
    public IEnumerable<EngineRequest> Requests =>
        _running.Concat(_waiting).Concat(_paused).Select(sequence => sequence.Request).Concat(_held.Parked).Concat(_held.Coming).Distinct();

    /// <summary>The load, and what was done so far.</summary>
    public EngineStatus Status => new(
        _pool.Used,
        _pool.Total,
        _pool.Cached,
        _waiting.Blocks,
        _running.Count,
        _waiting.Count,
        _running.Requests,
        _openRequests - _running.Requests - _held.Parked.Count,
        _waiting.Count > 0 ? KvBlock.Count(_waiting[0].Known) : 0,
        _waiting.Preempted,
        _running.High,
        BatchScheduler.Watermark(_pool.Total, _options),
        _held.Reserved,
        _stepMs,
        _counters.Snapshot(_pool.Evictions));

    /// <summary>Takes a request; it joins at the next step that has room.</summary>
    public void Add(EngineRequest request)
    {
        Enter(request);
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
    public void Cancel(EngineRequest request)
    {
        request.Cancelled = true;
        if (request.IsTaken)
        {
            End(request, error: null);
        }
        else
        {
            request.Complete();
        }
    }

    /// <summary>Runs one step.</summary>
    /// <returns>False when nothing could run, and nothing will before something is done to the batch.</returns>
    public bool Step()
    {
        long start = _metrics.Now;
        StepSchedule schedule = _planner.Plan();
        Apply(schedule);
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
            double milliseconds = _metrics.Milliseconds(start, _metrics.Now);
            _stepMs += (milliseconds - _stepMs) * (_stepMs == 0 ? 1 : StepWeight);
        }

        if (_options.CheckInvariants)
        {
            _pool.Verify(_running.Select(s => s.Table!).Concat(_held.Tables), _held.Kept);
        }

        return _parts.Count + schedule.Preempted.Count > 0;
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
            sequence.Preemptions++;
            Queue(sequence);
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

    private void Arrive(Sequence sequence)
    {
        sequence.Urgency = Urgency.Of(sequence.Priority, _counters.Steps, _arrivals++, _options.AgingSteps);
        _waiting.Add(sequence);
    }

    private void Start(Sequence sequence)
    {
        bool isFirst = sequence.CachedPromptTokens is null;
        sequence.Times.Started = isFirst ? _metrics.Now : sequence.Times.Started;
        _counters.PrefixQueryTokens += _options.PrefixCaching && sequence.MostCachedBlocks > 0 ? sequence.Known : 0;
        _plan.Add(sequence.Admit(_pool, _options.PrefixCaching));
        _counters.PrefixHits += sequence.Computed > 0 ? 1 : 0;
        _counters.PrefixHitTokens += sequence.Computed;
        if (isFirst && sequence.Request.Leaders.Contains(sequence))
        {
            sequence.Request.CachedTokens += sequence.CachedPromptTokens!.Value;
        }

        _running.Add(sequence);
    }

    private void End(EngineRequest request, Exception? error)
    {
        if (request.Open == 0)
        {
            return;
        }

        _metrics.Ended(request, failed: error is not null);
        Remove(request);
        request.Complete(error);
    }

    // All sequences of a request, wherever they are, with their blocks.
    private void Remove(EngineRequest request)
    {
        if (request.Parked is not null)
        {
            request.Parked = null;
            _held.Unpark(request);
            foreach (Sequence sequence in request.Choices)
            {
                sequence.Release();
            }
        }

        foreach (Sequence sequence in _running.Where(s => s.Request == request).ToArray())
        {
            _running.Remove(sequence);
        }

        foreach (Sequence sequence in _waiting.Where(s => s.Request == request).ToArray())
        {
            _waiting.Remove(sequence);
        }

        _paused.RemoveAll(s => s.Request == request);
        request.Open = 0;
        Leave(request);
    }

    private void Enter(EngineRequest request)
    {
        request.IsTaken = true;
        _openRequests++;
        _openAlone += request.Alone ? 1 : 0;
        if (!request.HasBegunElsewhere)
        {
            _metrics.Arrived(request);
        }
    }

    private void Leave(EngineRequest request)
    {
        request.IsTaken = false;
        _openRequests--;
        _openAlone -= request.Alone ? 1 : 0;
    }

    // It waits for blocks and a place, unless nothing of it shall be computed now.
    private void Queue(Sequence sequence)
    {
        if (sequence.Request.IsPaused)
        {
            _paused.Add(sequence);
        }
        else
        {
            _waiting.Add(sequence);
        }
    }
}
