namespace Godwit.Contracts.Redis;

/// <summary>Every Redis key of Godwit, with its type, life, writer and readers. No key literal stands anywhere else (a test sees to it).</summary>
public static class RedisKeys
{
    /// <summary>
    /// Hash: instance id → JSON of <see cref="Instances.InstanceRegistration"/>. No expiry; an entry whose instance is dead is removed
    /// by whoever found it dead. Written by workers with every heartbeat, read by Scheduler and Gateway.
    /// </summary>
    public const string Instances = "godwit:instances";

    /// <summary>
    /// String: JSON of <see cref="Contracts.Instances.InstanceStatus"/>, expires with the lease (1.2 s). Written by the worker, read by
    /// Scheduler and Gateway. Missing means <em>suspect</em>, not dead (DESIGN §2).
    /// </summary>
    public static string InstanceLease(string instance) => $"godwit:instance:{instance}:lease";

    /// <summary>
    /// String: JSON of a <see cref="Scheduling.SchedulerLease"/>, expires after 2 s, renewed every 0.5 s. Written by Schedulers, read by
    /// Schedulers and Gateways.
    /// </summary>
    public const string SchedulerLease = "godwit:scheduler:lease";

    /// <summary>String: highest epoch that a Scheduler has drawn, an integer. No expiry. Incremented by Schedulers; a hint, workers know best.</summary>
    public const string SchedulerEpoch = "godwit:scheduler:epoch";

    /// <summary>String: JSON of the policy in force. No expiry. Written by the leader on behalf of an operator, read by Schedulers.</summary>
    public const string Policy = "godwit:policy";

    /// <summary>List: JSON of the latest decisions, newest first, trimmed by the writer. Written by the leader, read by people.</summary>
    public const string Decisions = "godwit:decisions";

    /// <summary>
    /// String: JSON of a <see cref="Scheduling.SupervisorEntry"/>, expires after 5 s, renewed every second. Written by <c>godwit up</c>, read
    /// by the Scheduler.
    /// </summary>
    public const string Supervisor = "godwit:supervisor";

    /// <summary>
    /// String: JSON of a <see cref="Migration.RequestTrail"/>, expires after an hour. Written by the request's Gateway, read by the Scheduler.
    /// </summary>
    /// <param name="request">The id that the client knows, <c>x-request-id</c>; used twice, the later request's trail is there.</param>
    public static string Trail(string request) => $"godwit:request:{request}";
}
