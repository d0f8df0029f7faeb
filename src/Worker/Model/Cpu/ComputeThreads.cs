namespace Godwit.Worker.Model.Cpu;

/// <summary>
/// The threads of a forward pass: the engine's own and helpers that share its tasks. A step hands out some fifty jobs of a few dozen
/// microseconds, so helpers spin for the next one for a while before they sleep. Who computes which task makes no difference to the bits.
/// Nothing is allocated after the constructor.
/// </summary>
internal sealed class ComputeThreads : IDisposable
{
    // Some 50 µs; longer than the pauses within a step, shorter than a core is missed by whoever else wants it.
    private const int SpinsBeforeSleep = 1500;

    // What a job costs at least, in cycles or so, before another thread is worth the trouble of telling it.
    private const long LeastSharedWork = 15_000;

    // Integers from a thread's next task to another's: a cache line, and the one that is fetched with it.
    private const int Apart = 32;

    private readonly Helper[] _helpers;
    private readonly int[] _next;
    private Action<int, int>? _body;
    private int _tasks;
    private int _job;
    private volatile bool _stopping;

    /// <param name="threads">Threads, the caller of <see cref="Run"/> included.</param>
    public ComputeThreads(int threads)
    {
        Count = threads;
        _next = new int[threads * Apart];
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(i => new Helper(this, i))];
    }

    /// <summary>Threads, the caller of <see cref="Run"/> included.</summary>
    public int Count { get; }

    /// <summary>
    /// Runs the tasks 0…tasks − 1 and returns when all are done. Every thread begins with a run of neighbours, whose data follow one another
    /// in memory, and then helps the others out. One caller at a time.
    /// </summary>
    /// <param name="tasks">How many.</param>
    /// <param name="workPerTask">Roughly how many cycles each takes; little work is done by the caller alone.</param>
    /// <param name="body">Computes one task, given its number and that of the thread it runs on; must not throw.</param>
    public void Run(int tasks, long workPerTask, Action<int, int> body)
    {
        if (_helpers.Length == 0 || tasks == 1 || tasks * workPerTask < LeastSharedWork)
        {
            for (int i = 0; i < tasks; i++)
            {
                body(i, 0);
            }

            return;
        }

        _body = body;
        _tasks = tasks;
        for (int thread = 0; thread < Count; thread++)
        {
            Volatile.Write(ref _next[thread * Apart], First(thread));
        }

        int job = Interlocked.Increment(ref _job);
        foreach (Helper helper in _helpers)
        {
            helper.Wake();
        }

        TakeTasks(0);
        foreach (Helper helper in _helpers)
        {
            helper.WaitFor(job);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        Interlocked.Increment(ref _job);
        foreach (Helper helper in _helpers)
        {
            helper.Stop();
        }
    }

    private int First(int thread) => (int)((long)_tasks * thread / Count);

    private void TakeTasks(int thread)
    {
        Action<int, int> body = _body!;
        for (int i = 0; i < Count; i++)
        {
            int owner = (thread + i) % Count, end = First(owner + 1);
            for (int task; (task = Interlocked.Increment(ref _next[owner * Apart]) - 1) < end;)
            {
                body(task, thread);
            }
        }
    }

    private sealed class Helper
    {
        private readonly ComputeThreads _threads;
        private readonly int _index;
        private readonly Thread _thread;
        private readonly SemaphoreSlim _wake = new(0);
        private int _isAsleep;
        private int _finished;

        public Helper(ComputeThreads threads, int index)
        {
            _threads = threads;
            _index = index;
            _thread = new Thread(Loop) { IsBackground = true, Name = $"compute-{index}" };
            _thread.Start();
        }

        public void Wake()
        {
            if (Interlocked.Exchange(ref _isAsleep, 0) == 1)
            {
                _wake.Release();
            }
        }

        public void WaitFor(int job)
        {
            for (int spins = 0; Volatile.Read(ref _finished) != job; spins++)
            {
                if (spins < SpinsBeforeSleep)
                {
                    Thread.SpinWait(1);
                }
                else
                {
                    // The helper has lost its core in the middle of a task: it may have ours.
                    Thread.Yield();
                }
            }
        }

        public void Stop()
        {
            Wake();
            _thread.Join();
            _wake.Dispose();
        }

        private void Loop()
        {
            int seen = 0;
            while (true)
            {
                seen = WaitForJobAfter(seen);
                if (_threads._stopping)
                {
                    return;
                }

                _threads.TakeTasks(_index);
                Volatile.Write(ref _finished, seen);
            }
        }

        private int WaitForJobAfter(int seen)
        {
            for (int spins = 0; ; spins++)
            {
                int job = Volatile.Read(ref _threads._job);
                if (job != seen)
                {
                    return job;
                }

                if (spins < SpinsBeforeSleep)
                {
                    Thread.SpinWait(1);
                    continue;
                }

                Interlocked.Exchange(ref _isAsleep, 1);
                if (Volatile.Read(ref _threads._job) == seen || Interlocked.Exchange(ref _isAsleep, 0) == 0)
                {
                    // Whoever cleared the flag has released the semaphore, or will.
                    _wake.Wait();
                }

                spins = 0;
            }
        }
    }
}
