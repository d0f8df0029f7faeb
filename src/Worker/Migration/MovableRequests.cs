using Godwit.Contracts.Migration;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Migration;

/// <summary>
/// Finds the request that an order without one is about: asks the engine how things stand, and <see cref="MoverPolicy"/> which.
/// </summary>
internal sealed class MovableRequests(MigrationParts parts, IOptions<MigrationOptions> options)
{
    /// <summary>Bytes that are copied per millisecond where nothing was measured: one gigabyte a second.</summary>
    private const double UnlimitedBytesPerMs = 1_000_000;

    /// <summary>Freeness below which an instance is short of blocks, in blocks per request.</summary>
    private const double FreenessFloor = 4;

    /// <summary>The request to move; null: none.</summary>
    /// <param name="order">The order.</param>
    /// <param name="tried">Requests that were tried for it already.</param>
    public async Task<RequestSlot?> ChooseAsync(MigrationOrder order, IReadOnlySet<string> tried)
    {
        // All are asked at once: the engine answers between two steps.
        (RequestSlot Slot, GenerationRequest Request, Task<RequestProgress?> Progress)[] asked = [.. parts.Requests.Slots
            .Where(slot => !tried.Contains(slot.Id))
            .Select(slot => (Slot: slot, slot.Movable?.Request))
            .Where(entry => entry.Request?.Generation is not null)
            .Select(entry => (
                entry.Slot, entry.Request!.Call.Prepared.Request, parts.Engine.ProgressAsync(entry.Request.Generation!)))];
        var slots = new List<RequestSlot>();
        var candidates = new List<MoverCandidate>();
        foreach ((RequestSlot slot, GenerationRequest request, Task<RequestProgress?> asking) in asked)
        {
            if (await asking is { } progress)
            {
                slots.Add(slot);
                candidates.Add(CandidateOf(progress, request));
            }
        }

        MoverDecision decision = MoverPolicy.Choose(Situation(order), candidates.ToArray());
        return decision.Moves ? slots[decision.Index] : null;
    }

    private MoverCandidate CandidateOf(RequestProgress progress, GenerationRequest request)
    {
        int prompt = request.Prompts.Max(tokens => tokens.Count);
        int generated = progress.Choices.Max(choice => choice.Outputs.Count);
        int most = Math.Min(request.Sampling.MaxTokens ?? int.MaxValue, parts.Engine.ContextLength - prompt);
        return new MoverCandidate(
            progress.Choices.SelectMany(choice => choice.Blocks).Distinct().Count(),
            prompt + generated,
            generated,
            Math.Max(0, most - generated),
            progress.Priority < 0,
            progress.IsMovable);
    }

    private MoverSituation Situation(MigrationOrder order)
    {
        EngineStatus status = parts.Engine.Status;
        return new MoverSituation(
            MustLeave: parts.Drain.IsDraining || order.Reason == "drain",
            MaxBlocks: order.MaxBlocks > 0 ? order.MaxBlocks : int.MaxValue,
            AvailableBlocks: status.KvBlocksTotal - status.KvBlocksUsed - status.WatermarkBlocks,
            HeadBlocks: status.HeadBlocks,
            Preempted: status.PreemptedWaiting > 0,
            Running: status.RequestsRunning,
            HostsHigh: status.HighRunning > 0,
            BlockSizeTokens: KvBlock.Tokens,
            StepMs: Math.Max(status.StepMs, 0.001),
            BlocksPerMs: (options.Value.BandwidthMbps > 0 ? options.Value.BandwidthMbps * 1000.0 : UnlimitedBytesPerMs)
                / Math.Max(1, parts.Engine.BytesPerBlock),
            PrefillMsPerToken: status.StepMs / 16,
            order.FreenessFloor > 0 ? order.FreenessFloor : FreenessFloor);
    }
}
