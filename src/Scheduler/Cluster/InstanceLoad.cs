using Godwit.Contracts.Instances;
using Godwit.Scheduler.Dispatch;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Scheduler.Cluster;

/// <summary>
/// All that a policy may know of one instance: its last figures and what was sent there since. One record per instance, nothing per
/// request, so that a decision costs the same however many requests run. Everything in it is part of a decision's logged inputs.
/// </summary>
/// <param name="Id">The instance.</param>
/// <param name="BootId">Its life.</param>
/// <param name="Model">What it serves.</param>
/// <param name="Likeness">Equal for instances between which a running request can move: weights, numerics and KV layout in one text.</param>
/// <param name="State">Whether it takes new requests.</param>
/// <param name="Suspect">Its lease has run out, but it still answers.</param>
/// <param name="BlocksTotal">KV blocks of its pool.</param>
/// <param name="BlocksUsed">KV blocks held.</param>
/// <param name="WatermarkBlocks">KV blocks kept back for those that run.</param>
/// <param name="BlocksWaiting">KV blocks that all waiting sequences need to begin.</param>
/// <param name="HeadBlocks">KV blocks that the first of them needs.</param>
/// <param name="Running">Running sequences.</param>
/// <param name="Waiting">Waiting sequences.</param>
/// <param name="PreemptedWaiting">Those of the waiting that ran already.</param>
/// <param name="HighRunning">Those of the running of high execution priority.</param>
/// <param name="Migrations">Moves under way, in or out.</param>
/// <param name="BlockSizeTokens">Tokens in a KV block.</param>
/// <param name="ContextLength">Most tokens of a sequence.</param>
/// <param name="StepMs">Time of a step lately; 0 when nothing ran.</param>
/// <param name="SentRequests">Requests sent there that its figures cannot contain yet.</param>
/// <param name="SentHigh">Those of them of high execution priority.</param>
/// <param name="SentBlocks">KV blocks that they need to begin.</param>
internal sealed record InstanceLoad(
    string Id,
    string BootId,
    string Model,
    string Likeness,
    InstanceState State,
    bool Suspect,
    int BlocksTotal,
    int BlocksUsed,
    int WatermarkBlocks,
    int BlocksWaiting,
    int HeadBlocks,
    int Running,
    int Waiting,
    int PreemptedWaiting,
    int HighRunning,
    int Migrations,
    int BlockSizeTokens,
    int ContextLength,
    double StepMs,
    int SentRequests,
    int SentHigh,
    long SentBlocks)
{
    /// <summary>It takes new requests.</summary>
    public bool IsReady => State == InstanceState.Ready;

    /// <summary>Sequences that are there or on their way.</summary>
    public int Sequences => Running + Waiting + SentRequests;

    /// <summary>Blocks that are held, waited for, or about to be: what a balance by memory alone counts.</summary>
    public long BlocksPromised => (long)BlocksUsed + BlocksWaiting + SentBlocks;

    /// <summary>Blocks that could be given to somebody now.</summary>
    public int BlocksAvailable => BlocksTotal - WatermarkBlocks - BlocksUsed;

    /// <summary>What is known of an instance.</summary>
    /// <param name="view">Its last figures.</param>
    /// <param name="sent">What was sent there since.</param>
    public static InstanceLoad Of(InstanceView view, LedgerLoad sent)
    {
        (InstanceRegistration registration, InstanceStatus status) = (view.Registration, view.Status);
        return new InstanceLoad(
            registration.Id,
            registration.BootId,
            registration.Model,
            $"{registration.WeightsDigest}|{registration.NumericsId}|{registration.KvLayout}|{registration.IsExact}",
            status.State,
            view.Suspect,
            status.KvBlocksTotal,
            status.KvBlocksUsed,
            status.WatermarkBlocks,
            status.KvBlocksWaiting,
            status.HeadBlocks,
            status.SequencesRunning,
            status.SequencesWaiting,
            status.PreemptedWaiting,
            status.HighRunning,
            status.Migrations,
            registration.BlockSizeTokens,
            registration.ContextLength,
            status.StepMs,
            sent.Requests,
            sent.HighRequests,
            sent.Blocks);
    }
}
