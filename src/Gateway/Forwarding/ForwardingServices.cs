using Godwit.Gateway.Destinations;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding.Holders;
using Godwit.Gateway.Forwarding.Poison;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Gateway.Forwarding.Trails;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding;

/// <summary>What the run of a request works with.</summary>
internal sealed class ForwardingServices(
    InstanceChooser chooser,
    InstanceHealth health,
    AttemptRunner attempts,
    OwnedRequests owned,
    WorkerCalls workers,
    PoisonQuarantine quarantine,
    TrailStore trails,
    ForwardingMetrics metrics,
    OwnerTimes times,
    IOptions<ForwardingOptions> options,
    TimeProvider time,
    ILogger<RequestRun> logger)
{
    public InstanceChooser Chooser => chooser;

    public InstanceHealth Health => health;

    public AttemptRunner Attempts => attempts;

    public OwnedRequests Owned => owned;

    public WorkerCalls Workers => workers;

    public PoisonQuarantine Quarantine => quarantine;

    public TrailStore Trails => trails;

    public ForwardingMetrics Metrics => metrics;

    public OwnerTimes Times => times;

    public ForwardingOptions Options => options.Value;

    public TimeProvider Time => time;

    public ILogger<RequestRun> Logger => logger;
}
