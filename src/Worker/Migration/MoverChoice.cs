using Godwit.Contracts.Migration;
using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;
using Godwit.Worker.Serving;

namespace Godwit.Worker.Migration;

/// <summary>Finds the request that an order without one is about: asks the engine how things stand, and <see cref="MoverPolicy"/> which.</summary>
internal sealed class MoverChoice(MigrationParts parts)
{
    /// <summary>Bytes that are copied per millisecond where nothing was measured: one gigabyte a second.</summary>
    private const double BytesPerMs = 1_000_000;

    /// <summary>Freeness below which an instance is short of blocks, in blocks per request.</summary>
    private const double FreenessFloor = 4;

    /// <summary>The request to move; null: none.</summary>
    /// <param name="order">The order.</param>
    /// <param name="tried">Requests that were tried for it already.</param>
    public async Task<RequestSlot?> ChooseAsync(MigrationOrder order, IReadOnlySet<string> tried)
    {
        var slots = new List<RequestSlot>();
        var candidates = new List<MoverCandidate>();
        foreach (RequestSlot slot in parts.Requests.Slots)
        {
            if (tried.Contains(slot.Id) || slot.Movable is not { } movable || movable.Request.Generation is not { } generation)
            {
                continue;
            }

            if (await parts.Engine.ProgressAsync(generation) is { } progress)
            {
                slots.Add(slot);
                candidates.Add(CandidateOf(progress, movable.Request.Call.Prepared.Request));
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
            MaxBlocks: int.MaxValue,
            AvailableBlocks: status.KvBlocksTotal - status.KvBlocksUsed - status.WatermarkBlocks,
            HeadBlocks: status.HeadBlocks,
            Preempted: status.PreemptedWaiting > 0,
            Running: status.RequestsRunning,
            BlockSizeTokens: KvBlock.Tokens,
            StepMs: Math.Max(status.StepMs, 0.001),
            BlocksPerMs: BytesPerMs / Math.Max(1, parts.Engine.BytesPerBlock),
            PrefillMsPerToken: status.StepMs / 16,
            FreenessFloor);
    }
}
