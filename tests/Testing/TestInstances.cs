using Godwit.Contracts.Instances;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Testing;

/// <summary>Makes registrations and figures of instances.</summary>
public static class TestInstances
{
    public const int KvBlocks = 256;

    public static InstanceRegistration Registration(string id, string model = "tiny", string address = "http://127.0.0.1:9", string? boot = null) => new(
        id,
        boot ?? Guid.NewGuid().ToString("N"),
        address,
        model,
        ModelCreated: 1_700_000_000,
        WeightsDigest: new string('a', 64),
        NumericsId: "cpu-f32-t16",
        KvLayout: "f32/16",
        ContextLength: 512,
        BlockSizeTokens: 16,
        KvBlocks,
        MaxSequences: 32);

    public static InstanceStatus Status(InstanceRegistration of, long heartbeat = 1, int used = 0, int waiting = 0, int running = 0) => new(
        of.BootId, heartbeat, InstanceState.Ready, used, of.KvBlocksTotal, waiting, running, SequencesWaiting: 0);

    public static InstanceView View(
        string id, string model = "tiny", int used = 0, int running = 0, long observedAt = 0, long heartbeat = 1, string? boot = null)
    {
        InstanceRegistration registration = Registration(id, model, boot: boot);
        return new InstanceView(registration, Status(registration, heartbeat, used, running: running), observedAt, Suspect: false);
    }
}
