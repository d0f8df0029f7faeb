using System.Security.Cryptography;
using Godwit.Contracts.Instances;
using Godwit.Worker.Engine;
using Godwit.Worker.Heartbeat;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Godwit.Worker;

/// <summary>Who this worker is in the cluster, and how loaded it is: what the heartbeat publishes.</summary>
internal sealed class WorkerInstance(
    LoadedModel model, EngineLoop engine, IServer server, IOptions<InstanceOptions> options, IOptions<EngineOptions> limits)
{
    private readonly string _bootId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Its id: the configured one, or one made of the machine and process.</summary>
    public string Id { get; } = options.Value.Id ?? $"{Environment.MachineName.ToLowerInvariant()}-{Environment.ProcessId}";

    /// <summary>What does not change while it lives; its address is known after the host has started.</summary>
    public InstanceRegistration Registration => new(
        Id,
        _bootId,
        options.Value.AdvertisedAddress ?? server.Features.Get<IServerAddressesFeature>()!.Addresses.First(),
        model.Id,
        model.Created,
        model.WeightsDigest,
        model.Runner.NumericsId,
        model.Runner.KvLayout,
        engine.ContextLength,
        KvBlock.Tokens,
        model.Runner.KvBlocks,
        limits.Value.MaxSequences,
        model.Runner.IsExact,
        model.Runner.BytesPerBlock);

    /// <summary>How loaded it is now; the heartbeat numbers it.</summary>
    public InstanceStatus Status
    {
        get
        {
            EngineStatus status = engine.Status;
            return new InstanceStatus(
                _bootId,
                0,
                InstanceState.Ready,
                status.KvBlocksUsed,
                status.KvBlocksTotal,
                status.KvBlocksWaiting,
                status.SequencesRunning,
                status.SequencesWaiting,
                status.HeadBlocks,
                status.PreemptedWaiting,
                status.HighRunning,
                status.WatermarkBlocks,
                StepMs: status.StepMs);
        }
    }
}
