using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Up;

/// <summary>The supervised workers of one <c>up</c>: those of the plan, and those that are started and stopped later.</summary>
internal sealed class WorkerFleet : IAsyncDisposable
{
    private readonly Func<WorkerPlan, SupervisedProcess> _create;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<int> _nothingServes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopping;

    public WorkerFleet(IEnumerable<WorkerPlan> workers, Func<WorkerPlan, SupervisedProcess> create)
    {
        _create = create;

        // All before the first runs: one that refuses at once must not be taken for the only one.
        Member[] planned = [.. workers.Select(Add)];
        Planned = [.. planned.Select(member => member.Process)];
        foreach (Member member in planned)
        {
            Run(member);
        }
    }

    /// <summary>The workers of the plan, in its order, whatever has become of them.</summary>
    public IReadOnlyList<SupervisedProcess> Planned { get; }

    /// <summary>Ends, with an exit code, when there are workers and every one has refused to run.</summary>
    public Task<int> NothingServes => _nothingServes.Task;

    /// <summary>Starts one more; false when everything stops already.</summary>
    public bool Start(WorkerPlan worker)
    {
        Member member;
        lock (_gate)
        {
            if (_isStopping)
            {
                return false;
            }

            member = Add(worker);
        }

        Run(member);
        return true;
    }

    /// <summary>The process of a worker, or null when there is no such worker.</summary>
    public SupervisedProcess? Find(string instance)
    {
        lock (_gate)
        {
            return _members.GetValueOrDefault(instance)?.Process;
        }
    }

    /// <summary>Stops one for good and waits for its end.</summary>
    public async Task StopAsync(string instance)
    {
        Member? member;
        lock (_gate)
        {
            if (!_members.Remove(instance, out member))
            {
                return;
            }
        }

        await member.Stop.CancelAsync();
        await member.Running;
        member.Stop.Dispose();
        Judge();
    }

    /// <summary>Stops all at once and waits for the last.</summary>
    public async ValueTask DisposeAsync()
    {
        Member[] members;
        lock (_gate)
        {
            _isStopping = true;
            members = [.. _members.Values];
            _members.Clear();
        }

        await Task.WhenAll(members.Select(member => member.Stop.CancelAsync()));
        await Task.WhenAll(members.Select(member => member.Running));
        foreach (Member member in members)
        {
            member.Stop.Dispose();
        }
    }

    private Member Add(WorkerPlan worker)
    {
        Member member = new(_create(worker), _members.Count);
        _members.Add(worker.Instance, member);
        return member;
    }

    private void Run(Member member)
    {
        member.Running = member.Process.RunAsync(member.Stop.Token);
        _ = WatchAsync(member.Process);
    }

    private async Task WatchAsync(SupervisedProcess process)
    {
        await process.Refused;
        Judge();
    }

    private void Judge()
    {
        lock (_gate)
        {
            Member[] members = [.. _members.Values.OrderBy(member => member.Order)];
            if (members.Length > 0 && members.All(member => member.Process.Refused.IsCompletedSuccessfully))
            {
                _nothingServes.TrySetResult(members[0].Process.Refused.GetAwaiter().GetResult().ExitCode);
            }
        }
    }

    private sealed class Member(SupervisedProcess process, int order)
    {
        public SupervisedProcess Process { get; } = process;

        public int Order { get; } = order;

        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
