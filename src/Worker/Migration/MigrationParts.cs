using Godwit.Contracts.Instances;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Migration;

/// <summary>What every move at this worker works with.</summary>
internal sealed class MigrationParts(
    EngineLoop engine,
    WorkerInstance self,
    ServedModel model,
    CallPreparation preparation,
    RequestTable requests,
    WorkerDrain drain,
    MigrationGate gate,
    BandwidthLimit bandwidth,
    CopyThread copying,
    Failpoint failpoint,
    MigrationMetrics metrics,
    IOptions<MigrationOptions> options,
    TimeProvider time,
    ILogger<MigrationParts> logger)
{
    public EngineLoop Engine { get; } = engine;

    public ServedModel Model { get; } = model;

    public CallPreparation Preparation { get; } = preparation;

    public RequestTable Requests { get; } = requests;

    public WorkerDrain Drain { get; } = drain;

    public MigrationGate Gate { get; } = gate;

    public BandwidthLimit Bandwidth { get; } = bandwidth;

    public CopyThread Copying { get; } = copying;

    public Failpoint Failpoint { get; } = failpoint;

    public MigrationMetrics Metrics { get; } = metrics;

    public MigrationOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>Who this worker is.</summary>
    public InstanceRegistration Self => self.Registration;

    /// <summary>What two workers must have alike for a request to go on at the other as if nothing had been.</summary>
    public string Kinship
    {
        get
        {
            InstanceRegistration me = Self;
            return string.Join('|', me.Model, me.WeightsDigest, me.NumericsId, me.KvLayout, Engine.BytesPerBlock, me.ContextLength);
        }
    }
}
