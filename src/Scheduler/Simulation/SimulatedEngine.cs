namespace Godwit.Scheduler.Simulation;

/// <summary>
/// Continuous batching over paged blocks with preemption by recompute, after vLLM: first come, first served within a class; whoever waits
/// joins when its blocks leave the watermark; when a decode finds no block, the least urgent, latest arrived gives all of its back and
/// goes to the front of the line. All policies run this same code.
/// </summary>
internal sealed class SimulatedEngine(EngineModel model)
{
    private readonly List<SimulatedRequest> _running = [];
    private readonly List<SimulatedRequest> _waiting = [];
    private readonly SimulatedPrefixCache _cache = new(model);

    /// <summary>Those in the batch, most urgent first.</summary>
    public IReadOnlyList<SimulatedRequest> Running => _running;

    /// <summary>The line, most urgent first.</summary>
    public IReadOnlyList<SimulatedRequest> Waiting => _waiting;

    /// <summary>KV blocks that nobody holds.</summary>
    public int Free { get; private set; } = model.Blocks;

    /// <summary>KV blocks that the line needs to begin.</summary>
    public int WaitingBlocks { get; private set; }

    /// <summary>Those in the line that ran already.</summary>
    public int PreemptedWaiting { get; private set; }

    /// <summary>Those in the batch of high execution priority.</summary>
    public int HighRunning { get; private set; }

    /// <summary>A step is under way.</summary>
    public bool Stepping { get; private set; }

    /// <summary>Time of a step lately.</summary>
    public double StepMs { get; private set; }

    /// <summary>Prompt tokens found in the prefix cache.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>Nothing is here.</summary>
    public bool IsEmpty => _running.Count == 0 && _waiting.Count == 0;

    /// <summary>Puts a request into the line.</summary>
    public void Enqueue(SimulatedRequest request)
    {
        Insert(_waiting, request);
        WaitingBlocks += model.BlocksFor(request.Known);
        PreemptedWaiting += request.Preemptions > 0 ? 1 : 0;
    }

    /// <summary>Begins a step.</summary>
    /// <param name="now">The time.</param>
    /// <returns>How long it takes; 0: there is nothing to do.</returns>
    public double Begin(double now)
    {
        int prefill = Admit();
        bool prefillOnly = prefill > 0 && !model.ChunkedPrefill;
        int budget = model.MaxTokensPerStep;
        int decodes = 0;
        long context = 0;
        double milliseconds = 0;
        for (int i = 0; i < _running.Count; i++)
        {
            SimulatedRequest request = _running[i];
            request.StepTokens = 0;
            if (request.Decodes)
            {
                if (prefillOnly || !Grow(request, now))
                {
                    continue;
                }

                request.StepTokens = 1;
                decodes++;
                context += request.Computed;
            }
        }

        budget -= decodes;
        for (int i = 0; i < _running.Count && prefill > 0; i++)
        {
            SimulatedRequest request = _running[i];
            if (!request.Decodes)
            {
                int tokens = Math.Min(request.Known - request.Computed, budget);
                request.StepTokens = tokens;
                budget -= tokens;
                milliseconds += tokens * (model.PrefillTokenMs + (model.PrefillPairMs * (request.Computed + (tokens / 2.0))));
            }
        }

        if (decodes == 0 && milliseconds == 0)
        {
            return 0;
        }

        Stepping = true;
        milliseconds += model.StepMs + (decodes * model.SequenceMs) + (context * model.ContextTokenMs);
        StepMs = StepMs == 0 ? milliseconds : (0.9 * StepMs) + (0.1 * milliseconds);
        return milliseconds;
    }

    /// <summary>Ends the step under way.</summary>
    /// <param name="now">The time.</param>
    /// <param name="finished">Takes the requests that sampled their last token.</param>
    public void End(double now, List<SimulatedRequest> finished)
    {
        Stepping = false;
        int kept = 0;
        for (int i = 0; i < _running.Count; i++)
        {
            SimulatedRequest request = _running[i];
            request.Computed += request.StepTokens;
            if (request.StepTokens > 0 && request.Computed == request.Known)
            {
                Sample(request, now);
            }

            request.StepTokens = 0;
            if (request.Generated == request.Output)
            {
                request.FinishedMs = now;
                Leave(request);
                Release(request);
                finished.Add(request);
            }
            else
            {
                _running[kept++] = request;
            }
        }

        _running.RemoveRange(kept, _running.Count - kept);
    }

    /// <summary>Takes blocks for a request that comes from elsewhere; false: they would not leave the watermark, or the batch is full.</summary>
    public bool Reserve(int blocks)
    {
        if (Free - blocks < model.WatermarkBlocks || _running.Count >= model.MaxSequences)
        {
            return false;
        }

        Free -= blocks;
        return true;
    }

    /// <summary>Gives reserved blocks back.</summary>
    public void Unreserve(int blocks) => Free += blocks;

    /// <summary>Takes a request out of the batch, between two steps; its blocks stay held.</summary>
    public void Park(SimulatedRequest request)
    {
        _running.Remove(request);
        Leave(request);
    }

    /// <summary>Puts a request into the batch whose blocks are held here already: one parked here, or one that was moved here.</summary>
    public void Adopt(SimulatedRequest request)
    {
        Insert(_running, request);
        Join(request);
    }

    /// <summary>Gives the blocks of a parked request back.</summary>
    public void Drop(int blocks) => Free += blocks;

    private int Admit()
    {
        int tokens = 0, admitted = 0;
        foreach (SimulatedRequest request in _running)
        {
            // Prompts begun in an earlier step, when they are computed in chunks.
            tokens += request.Decodes ? 0 : request.Known - request.Computed;
        }

        while (admitted < _waiting.Count && _running.Count < model.MaxSequences)
        {
            SimulatedRequest request = _waiting[admitted];
            int blocks = model.BlocksFor(request.Known);
            if (Free - blocks < model.WatermarkBlocks || (tokens > 0 && tokens + request.Known > model.MaxTokensPerStep))
            {
                break;
            }

            request.Computed = _cache.Take(request, Free);
            CachedTokens += request.Computed;
            Free -= blocks;
            request.Blocks = blocks;
            tokens += request.Known - request.Computed;
            WaitingBlocks -= blocks;
            PreemptedWaiting -= request.Preemptions > 0 ? 1 : 0;
            admitted++;
            Insert(_running, request);
            Join(request);
        }

        _waiting.RemoveRange(0, admitted);
        return tokens;
    }

    private bool Grow(SimulatedRequest request, double now)
    {
        if (request.Computed < request.Blocks * model.BlockSizeTokens)
        {
            return true;
        }

        while (Free == 0)
        {
            SimulatedRequest victim = _running[^1];
            _running.RemoveAt(_running.Count - 1);
            Preempt(victim, now);
            if (victim == request)
            {
                return false;
            }
        }

        Free--;
        request.Blocks++;
        return true;
    }

    private void Preempt(SimulatedRequest victim, double now)
    {
        Leave(victim);
        Release(victim);
        victim.StepTokens = 0;
        victim.Computed = 0;
        victim.Preemptions++;
        victim.PreemptedMs = double.IsNaN(victim.PreemptedMs) ? now : victim.PreemptedMs;
        Enqueue(victim);
    }

    private void Sample(SimulatedRequest request, double now)
    {
        request.Generated++;
        if (request.Generated == 1)
        {
            request.FirstTokenMs = now;
            _cache.Keep(request, Free);
        }

        if (!double.IsNaN(request.PreemptedMs))
        {
            request.PreemptionLossMs += now - request.PreemptedMs;
            request.PreemptedMs = double.NaN;
        }
    }

    private void Join(SimulatedRequest request)
    {
        request.IsRunning = true;
        HighRunning += request.Class < 0 ? 1 : 0;
    }

    private void Leave(SimulatedRequest request)
    {
        request.IsRunning = false;
        HighRunning -= request.Class < 0 ? 1 : 0;
    }

    private void Release(SimulatedRequest request)
    {
        Free += request.Blocks;
        request.Blocks = 0;
    }

    private static void Insert(List<SimulatedRequest> list, SimulatedRequest request)
    {
        int at = list.Count;
        while (at > 0 && request.GoesBefore(list[at - 1]))
        {
            at--;
        }

        list.Insert(at, request);
    }
}
