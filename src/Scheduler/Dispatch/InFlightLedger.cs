using Godwit.ServiceDefaults.Instances;

namespace Godwit.Scheduler.Dispatch;

/// <summary>What was decided for an instance and is not in its figures yet.</summary>
/// <param name="Requests">Requests on their way.</param>
/// <param name="Blocks">KV blocks they need to begin.</param>
/// <param name="HighRequests">Those of the requests of high execution priority.</param>
internal readonly record struct LedgerLoad(int Requests, long Blocks, int HighRequests = 0);

/// <summary>
/// Decisions that no heartbeat can contain yet, so that a burst does not pile onto one instance before its next heartbeat. Pure state on
/// timestamps given by the caller; not thread-safe (the <see cref="Dispatcher"/> holds its lock).
/// </summary>
/// <param name="settleTicks">Ticks after which a heartbeat contains a decision.</param>
/// <param name="forgetTicks">Ticks after which a decision is dropped without any heartbeat.</param>
internal sealed class InFlightLedger(long settleTicks, long forgetTicks)
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    /// <summary>Books a decision.</summary>
    public void Add(InstanceView instance, long blocks, long now, bool high = false)
    {
        if (!_accounts.TryGetValue(instance.Id, out Account? account) || account.BootId != instance.Registration.BootId)
        {
            account = new Account(instance.Registration.BootId);
            _accounts[instance.Id] = account;
        }

        account.Entries.Enqueue((now, blocks, high));
        account.Blocks += blocks;
        account.High += high ? 1 : 0;
    }

    /// <summary>Strikes out what the heartbeats contain, what belonged to ended lives, and what is too old.</summary>
    /// <param name="find">The living instance of an id, or null.</param>
    /// <param name="now">The time.</param>
    public void Settle(Func<string, InstanceView?> find, long now)
    {
        foreach ((string id, Account account) in _accounts)
        {
            InstanceView? instance = find(id);
            if (instance is null || instance.Registration.BootId != account.BootId)
            {
                _accounts.Remove(id);
                continue;
            }

            while (account.Entries.TryPeek(out (long At, long Blocks, bool High) entry)
                && (instance.ObservedAt - entry.At >= settleTicks || now - entry.At >= forgetTicks))
            {
                account.Entries.Dequeue();
                account.Blocks -= entry.Blocks;
                account.High -= entry.High ? 1 : 0;
            }

            if (account.Entries.Count == 0)
            {
                _accounts.Remove(id);
            }
        }
    }

    /// <summary>What is booked for this life of an instance.</summary>
    public LedgerLoad Of(InstanceView instance) =>
        _accounts.TryGetValue(instance.Id, out Account? account) && account.BootId == instance.Registration.BootId
            ? new LedgerLoad(account.Entries.Count, account.Blocks, account.High)
            : default;

    private sealed class Account(string bootId)
    {
        public string BootId { get; } = bootId;

        public Queue<(long At, long Blocks, bool High)> Entries { get; } = new();

        public long Blocks { get; set; }

        public int High { get; set; }
    }
}
