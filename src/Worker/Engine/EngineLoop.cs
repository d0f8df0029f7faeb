using System.Collections.Concurrent;
using System.Threading.Channels;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Engine;

/// <summary>
/// The token loop: one thread that owns the sequences, the KV blocks and the model runner, and repeats plan → forward → sample.
/// Requests join between any two steps and leave in the step they finish or are cancelled in (Orca's iteration-level scheduling,
/// Flover's temporal fusion: one pass over the weights per step for rows at different positions).
/// </summary>
internal sealed class EngineLoop : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly Tokenizer _tokenizer;
    private readonly EngineOptions _options;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly BlockPool _pool;
    private readonly SamplingWorkspace _workspace;
    private readonly BlockingCollection<EngineCommand> _commands = [];
    private readonly List<(EngineRequest Request, Sequence Sequence)> _running = [];
    private readonly LinkedList<(EngineRequest Request, Sequence Sequence)> _waiting = new();
    private readonly Thread _thread;
    private volatile EngineFaultedException? _fault;
    private volatile EngineStatus _status;
    private long _steps;
    private long _promptTokens;
    private long _generatedTokens;

    /// <param name="runner">Executes the plans; disposed with the loop.</param>
    /// <param name="tokenizer">For the text of what is sampled.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <param name="contextLength">Most tokens of one sequence.</param>
    /// <param name="options">Limits.</param>
    public EngineLoop(
        IModelRunner runner, Tokenizer tokenizer, IReadOnlySet<int> endTokens, int contextLength, EngineOptions options)
    {
        _runner = runner;
        _tokenizer = tokenizer;
        _endTokens = endTokens;
        _options = options;
        _pool = new BlockPool(runner.KvBlocks);
        _workspace = new SamplingWorkspace(runner.VocabularySize);
        // A sequence that the pool cannot hold even alone would wait for ever.
        ContextLength = Math.Min(contextLength, _pool.Total * KvBlock.Tokens);
        _status = new EngineStatus(0, _pool.Total, 0, 0, 0, 0, 0, 0, 0, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = "engine" };
        _thread.Start();
    }

    /// <summary>Raised once, on the engine's thread, when it broke.</summary>
    public event Action<Exception>? Faulted;

    /// <summary>Most tokens (prompt + completion) of one sequence here.</summary>
    public int ContextLength { get; }

    /// <summary>Load after the last step.</summary>
    public EngineStatus Status => _status;

    /// <summary>Hands a request to the engine; it joins at the next step that has room.</summary>
    /// <exception cref="EngineOverloadedException">Too many wait already.</exception>
    /// <exception cref="EngineFaultedException">The engine broke.</exception>
    public Generation Submit(GenerationRequest request)
    {
        ThrowIfFaulted();
        RequireValid(request);
        int waiting = _status.RequestsWaiting + _commands.Count;
        if (waiting > _options.MaxWaitingRequests)
        {
            throw new EngineOverloadedException(waiting);
        }

        var outputs = Channel.CreateUnbounded<SequenceOutput>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var sequences = new Sequence[request.Prompts.Count];
        for (int choice = 0; choice < sequences.Length; choice++)
        {
            IReadOnlyList<int> prompt = request.Prompts[choice];
            SamplingParams sampling = request.Sampling;
            var sampler = new SequenceSampler(sampling, choice, prompt, _endTokens, _runner.VocabularySize);
            var detokenizer = new IncrementalDetokenizer(_tokenizer, prompt, sampling.SkipSpecialTokens);
            var text = new OutputText(detokenizer, sampling.Stop, sampling.IncludeStop);
            sequences[choice] = new Sequence(choice, prompt, sampling, ContextLength, sampler, text, outputs.Writer);
        }

        var engineRequest = new EngineRequest(request.Id, sequences, outputs.Writer);
        Send(new EngineCommand(engineRequest, IsCancel: false));
        return new Generation(outputs.Reader, () => Send(new EngineCommand(engineRequest, IsCancel: true)));
    }

    /// <summary>Stops the thread; what still runs is faulted.</summary>
    public void Dispose()
    {
        _commands.CompleteAdding();
        _thread.Join();
        _commands.Dispose();
        _runner.Dispose();
    }

    // The runner reads memory by these numbers: whatever its callers checked, nothing else gets past this point.
    private void RequireValid(GenerationRequest request)
    {
        foreach (IReadOnlyList<int> prompt in request.Prompts)
        {
            ArgumentOutOfRangeException.ThrowIfZero(prompt.Count);
            int room = request.Sampling.MaxTokens == 0 ? 0 : 1;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(prompt.Count, ContextLength - room);
            foreach (int id in prompt)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(id);
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, _runner.VocabularySize);
            }
        }
    }

    private void Send(EngineCommand command)
    {
        try
        {
            _commands.Add(command);
        }
        catch (InvalidOperationException)
        {
            // The loop has ended; whoever submits is told, whoever cancels has nothing left to cancel.
            if (!command.IsCancel)
            {
                throw new EngineFaultedException("The engine has stopped.", _fault);
            }
        }
    }

    private void ThrowIfFaulted()
    {
        if (_fault is { } fault)
        {
            throw new EngineFaultedException(fault.Message, fault);
        }
    }

    private void Run()
    {
        try
        {
            while (ReceiveCommands())
            {
                Step();
                PublishStatus();
            }

            Fail(new EngineFaultedException("The engine has stopped."));
        }
#pragma warning disable CA1031 // Whatever broke the loop, every request must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(new EngineFaultedException("The engine broke: " + error.Message, error));
            Faulted?.Invoke(error);
        }
    }

    // Takes what has arrived; blocks only when there is nothing to compute. False when the loop shall end.
    private bool ReceiveCommands()
    {
        while (_commands.TryTake(out EngineCommand command, _running.Count + _waiting.Count == 0 ? Timeout.Infinite : 0))
        {
            if (command.IsCancel)
            {
                Cancel(command.Request);
            }
            else if (!command.Request.Cancelled)
            {
                foreach (Sequence sequence in command.Request.Sequences)
                {
                    _waiting.AddLast((command.Request, sequence));
                }
            }

            if (_commands.Count == 0)
            {
                PublishStatus();
            }
        }

        return !_commands.IsCompleted;
    }

    private void Cancel(EngineRequest request, Exception? error = null)
    {
        request.Cancelled = true;
        request.Complete(error);
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i].Request == request)
            {
                Retire(i);
            }
        }

        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Request == request)
            {
                _waiting.Remove(node);
            }

            node = next;
        }
    }

    private void Step()
    {
        BatchScheduler.Schedule schedule = BatchScheduler.Plan(
            [.. _running.Select(r => r.Sequence.State)],
            [.. _waiting.Take(_options.MaxSequences).Select(w => w.Sequence.State)],
            _pool.Free,
            _options);
        Admit(schedule.Admitted);

        var planned = new List<PlannedSequence>(_running.Count);
        for (int i = 0; i < _running.Count; i++)
        {
            if (schedule.Tokens[i] > 0)
            {
                planned.Add(_running[i].Sequence.Plan(schedule.Tokens[i]));
            }
        }

        if (planned.Count > 0)
        {
            ReadOnlyMemory<float> logits = _runner.Forward(new BatchPlan(planned));
            _steps++;
            Sample(schedule.Tokens, logits);
        }
    }

    private void Admit(int count)
    {
        for (; count > 0; count--)
        {
            (EngineRequest request, Sequence sequence) = _waiting.First!.Value;
            _waiting.RemoveFirst();
            sequence.Blocks = _pool.Allocate(sequence.BlocksNeeded);
            request.Running++;
            _running.Add((request, sequence));
        }
    }

    private void Sample(int[] tokens, ReadOnlyMemory<float> logits)
    {
        int next = 0;
        List<(EngineRequest Request, SamplingException Error)> failed = [];
        for (int i = 0; i < tokens.Length; i++)
        {
            (EngineRequest request, Sequence sequence) = _running[i];
            if (tokens[i] == 0)
            {
                continue;
            }

            int generated = sequence.Generated;
            int length = sequence.LogitsRows(tokens[i]) * _runner.VocabularySize;
            ReadOnlySpan<float> rows = logits.Span.Slice(next, length);
            next += length;
            _promptTokens += generated == 0 ? tokens[i] : 0;
            try
            {
                sequence.Advance(tokens[i], rows, _endTokens, _workspace);
                _generatedTokens += sequence.Generated - generated;
            }
            catch (SamplingException error)
            {
                failed.Add((request, error));
            }
        }

        foreach ((EngineRequest request, SamplingException error) in failed)
        {
            Cancel(request, error);
        }

        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i].Sequence.Finish is not null)
            {
                Retire(i);
            }
        }
    }

    private void Retire(int index)
    {
        (EngineRequest request, Sequence sequence) = _running[index];
        _running.RemoveAt(index);
        _pool.Release(sequence.Blocks);
        sequence.Blocks = [];
        request.Running--;
        if (--request.Open == 0)
        {
            request.Complete();
        }
    }

    private void Fail(EngineFaultedException fault)
    {
        _fault = fault;
        _commands.CompleteAdding();
        foreach ((EngineRequest request, _) in _running.Concat(_waiting))
        {
            request.Complete(fault);
        }

        while (_commands.TryTake(out EngineCommand command))
        {
            command.Request.Complete(fault);
        }
    }

    private void PublishStatus() => _status = new EngineStatus(
        _pool.Used,
        _pool.Total,
        _waiting.Sum(w => w.Sequence.BlocksNeeded),
        _running.Count,
        _waiting.Count,
        _running.Select(r => r.Request).Distinct().Count(),
        _waiting.Where(w => w.Request.Running == 0).Select(w => w.Request).Distinct().Count(),
        _steps,
        _promptTokens,
        _generatedTokens);

    private readonly record struct EngineCommand(EngineRequest Request, bool IsCancel);
}
