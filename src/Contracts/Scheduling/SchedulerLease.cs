namespace Godwit.Contracts.Scheduling;

/// <summary>Value of <see cref="Redis.RedisKeys.SchedulerLease"/>: which Scheduler leads.</summary>
/// <param name="Holder">128-bit id of the leading process's life, 32 hex digits.</param>
/// <param name="Epoch">Its fencing epoch: workers refuse orders with a lower one than they have seen.</param>
/// <param name="Address">Base address of its internal listener.</param>
public sealed record SchedulerLease(string Holder, long Epoch, string Address);
