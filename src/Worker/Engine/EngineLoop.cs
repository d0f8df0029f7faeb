using System.Collections.Concurrent;
using System.Threading.Channels;
using Godwit.Worker.KvCache;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Engine;

/// <summary>
/// The engine's thread: it owns the batch and repeats its step. Requests join between any two steps and leave in the step they finish or
/// are cancelled in.
/// </summary>
internal sealed partial class EngineLoop : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly EngineOptions _options;
    private readonly FusedBatch _batch;
    private readonly RequestPreparation _preparation;
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
        metrics ??= SequenceMetrics.Unread();
        _runner = runner;
        _options = options;
        _batch = new FusedBatch(runner, endTokens, options, metrics);
        // A sequence that the pool cannot hold even alone would wait for ever.
        ContextLength = Math.Min(contextLength, runner.KvBlocks * KvBlock.Tokens);
        _preparation = new RequestPreparation(runner, tokenizer, endTokens, ContextLength, options, metrics);
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
    /// <exception cref="InvalidDataException">It has outputs that it cannot have sampled.</exception>
    /// <exception cref="EngineFaultedException">The engine broke.</exception>
    public Generation Submit(GenerationRequest request)
    {
        ThrowIfFaulted();
        int waiting = Status.RequestsWaiting + _commands.Count;
        if (waiting > _options.MaxWaitingRequests)
        {
            throw new EngineOverloadedException(waiting);
        }

        Channel<SequenceOutput> outputs = NewChannel();
        EngineRequest prepared = _preparation.Prepare(request, outputs.Writer);
        if (prepared.Open == 0)
        {
            prepared.Complete();
        }
        else if (!TrySend(new EngineCommand(batch => Add(batch, prepared), prepared.Complete)))
        {
            throw new EngineFaultedException("The engine has stopped.", _fault);
        }

        return FaceOf(prepared, outputs.Reader);
    }

    /// <summary>Stops the thread; what still runs is faulted.</summary>
    public void Dispose()
    {
        _commands.CompleteAdding();
        _thread.Join();
        _commands.Dispose();
        _copies.EnterWriteLock();
        _runner.Dispose();
        _isDisposed = true;
        _copies.ExitWriteLock();
    }

    private static Channel<SequenceOutput> NewChannel() =>
        Channel.CreateUnbounded<SequenceOutput>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private static void Add(FusedBatch batch, EngineRequest request)
    {
        if (!request.Cancelled)
        {
            batch.Add(request);
        }
    }

    // When the loop has ended, whoever cancels or pauses has nothing left to stop.
    private Generation FaceOf(EngineRequest request, ChannelReader<SequenceOutput> outputs) => new(
        outputs,
        () => request.CachedTokens,
        () => TrySend(new EngineCommand(batch => batch.Cancel(request), request.Complete)),
        pause => TrySend(new EngineCommand(pause ? batch => batch.Pause(request) : batch => batch.Continue(request), _ => { })))
    {
        Request = request,
    };

    // False when the loop has ended.
    private bool TrySend(EngineCommand command)
    {
        try
        {
            _commands.Add(command);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
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
            bool idle = true;
            while (ReceiveCommands(idle))
            {
                idle = !_batch.Step();
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
    private bool ReceiveCommands(bool idle)
    {
        while (_commands.TryTake(out EngineCommand command, idle ? Timeout.Infinite : 0))
        {
            idle = false;
            command.Execute(_batch);
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
            command.Fail(fault);
        }
    }
}
