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
}
