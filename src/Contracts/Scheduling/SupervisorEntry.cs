namespace Godwit.Contracts.Scheduling;

/// <summary>Value of <see cref="Redis.RedisKeys.Supervisor"/>: who starts and stops workers.</summary>
/// <param name="Address">Base address of its listener, which wants the cluster secret.</param>
public sealed record SupervisorEntry(string Address);
