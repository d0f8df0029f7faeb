using System.Collections.Concurrent;
using System.Threading.Channels;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Engine;

/// <summary>
/// The engine's thread: it owns the batch and repeats its step. Requests join between any two steps and leave in the step they finish or
/// are cancelled in.
/// </summary>
internal sealed partial class EngineLoop : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly Tokenizer _tokenizer;
    private readonly EngineOptions _options;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly FusedBatch _batch;
    private readonly SequenceMetrics _metrics;
    private readonly BlockingCollection<EngineCommand> _commands = [];
    private readonly Thread _thread;
    private volatile EngineFaultedException? _fault;
    private readonly object _statusLock = new();
    private EngineStatus _status;

    /// <param name="runner">Executes the plans; disposed with the loop.</param>
    /// <param name="tokenizer">For the text of what is sampled.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <param name="contextLength">Most tokens of one sequence.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">What becomes of sequences; null: nobody wants to know.</param>
    public EngineLoop(
        IModelRunner runner,
        Tokenizer tokenizer,
        IReadOnlySet<int> endTokens,
        int contextLength,
        EngineOptions options,
        SequenceMetrics? metrics = null)
    {
        _metrics = metrics ?? SequenceMetrics.Unread();
        _runner = runner;
        _tokenizer = tokenizer;
        _options = options;
        _endTokens = endTokens;
        _batch = new FusedBatch(runner, endTokens, options, _metrics);
        // A sequence that the pool cannot hold even alone would wait for ever.
        ContextLength = Math.Min(contextLength, runner.KvBlocks * KvBlock.Tokens);
        _status = _batch.Status;
        _thread = new Thread(Run) { IsBackground = true, Name = "engine" };
        _thread.Start();
    }

    /// <summary>Raised once, on the engine's thread, when it broke.</summary>
    public event Action<Exception>? Faulted;

    /// <summary>Most tokens (prompt + completion) of one sequence here.</summary>
    public int ContextLength { get; }

    /// <summary>Load after the last step. Any thread may ask.</summary>
    public EngineStatus Status
    {
        get
        {
            lock (_statusLock)
            {
                return _status;
            }
        }
    }

    /// <summary>Hands a request to the engine; it joins at the next step that has room.</summary>
    /// <exception cref="EngineOverloadedException">Too many wait already.</exception>
    /// <exception cref="EngineFaultedException">The engine broke.</exception>
    public Generation Submit(GenerationRequest request)
    {
        ThrowIfFaulted();
        RequireValid(request);
        int waiting = Status.RequestsWaiting + _commands.Count;
        if (waiting > _options.MaxWaitingRequests)
        {
            throw new EngineOverloadedException(waiting);
        }

        var outputs = Channel.CreateUnbounded<SequenceOutput>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Sequence[] leaders = [.. request.Prompts.Select((prompt, index) => Prepare(request, prompt, index, outputs.Writer))];
        var engineRequest = new EngineRequest(request.Id, request.Priority, leaders, outputs.Writer);
        Send(new EngineCommand(engineRequest, IsCancel: false));
        return new Generation(
            outputs.Reader, () => engineRequest.CachedTokens, () => Send(new EngineCommand(engineRequest, IsCancel: true)));
    }

    /// <summary>Stops the thread; what still runs is faulted.</summary>
    public void Dispose()
    {
        _commands.CompleteAdding();
        _thread.Join();
        _commands.Dispose();
        _runner.Dispose();
    }

    // On the caller's thread: hashing a long prompt must not hold up a step.
    private Sequence Prepare(GenerationRequest request, IReadOnlyList<int> prompt, int index, ChannelWriter<SequenceOutput> outputs)
    {
        long now = _metrics.Now;
        List<BlockHash> contents = _options.PrefixCaching ? BlockHash.Chain(request.CacheSalt, [.. prompt]) : [];
        Sequence[] choices = [.. Enumerable.Range(index * request.ChoicesPerPrompt, request.ChoicesPerPrompt).Select(choice => new Sequence(
            choice,
            prompt,
            contents,
            request.CacheSalt,
            request.Sampling,
            ContextLength,
            new SequenceSampler(request.Sampling, choice, prompt, _endTokens, _runner.VocabularySize),
            new OutputText(
                new IncrementalDetokenizer(
                    _tokenizer, prompt, request.Sampling.SkipSpecialTokens, request.Sampling.ShownControlTokens),
                request.Sampling.Stop,
                request.Sampling.IncludeStop),
            outputs)
        {
            Constraint = request.Constraint?.Start(),
            Times = new SequenceTimes { Arrived = request.Arrived ?? now, Queued = now },
            Pool = request.Pooling is { } pooling ? new HiddenPool(pooling, prompt.Count, _runner.HiddenSize) : null,
        })];
        choices[0].Siblings = choices.Length > 1 ? choices[1..] : null;
        return choices[0];
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
                _batch.Step();
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
        while (_commands.TryTake(out EngineCommand command, _batch.IsEmpty ? Timeout.Infinite : 0))
        {
            if (command.IsCancel)
            {
                command.Request.Cancelled = true;
                _batch.Cancel(command.Request);
            }
            else if (!command.Request.Cancelled)
            {
                _batch.Add(command.Request);
            }

            if (_commands.Count == 0)
            {
                PublishStatus();
            }
        }

        return !_commands.IsCompleted;
    }

    // A copy under a lock: no object per step, and nobody reads half of it.
    private void PublishStatus()
    {
        EngineStatus status = _batch.Status;
        lock (_statusLock)
        {
            _status = status;
        }
    }

    private void Fail(EngineFaultedException fault)
    {
        _fault = fault;
        _commands.CompleteAdding();
        foreach (EngineRequest request in _batch.Requests.ToArray())
        {
            request.Complete(fault);
        }

        while (_commands.TryTake(out EngineCommand command))
        {
            command.Request.Complete(fault);
        }
    }

    private readonly record struct EngineCommand(EngineRequest Request, bool IsCancel);
}
