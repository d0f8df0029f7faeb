using Godwit.Contracts.Dispatch;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// Chooses the instance with the least share of its KV blocks promised: held, waited for, or on their way. Ties go to the one with fewer
/// sequences, then to the smaller id, so that the same picture always gives the same choice.
/// </summary>
internal static class DispatchPolicy
{
    /// <summary>The instance for <paramref name="item"/>, or null when none of <paramref name="candidates"/> may have it.</summary>
    /// <param name="candidates">Living instances of the item's model.</param>
    /// <param name="ledger">What is on its way to an instance.</param>
    /// <param name="item">The request.</param>
    public static InstanceView? Choose(IEnumerable<InstanceView> candidates, Func<InstanceView, LedgerLoad> ledger, DispatchItem item)
    {
        InstanceView? best = null;
        Load bestLoad = default;
        foreach (InstanceView candidate in candidates)
        {
            if (!candidate.IsReady || item.Exclude.Contains(candidate.Id, StringComparer.Ordinal))
            {
                continue;
            }

            Load load = Load.Of(candidate, ledger(candidate));
            if (best is null || Compare(load, candidate, bestLoad, best) < 0)
            {
                (best, bestLoad) = (candidate, load);
            }
        }

        return best;
    }

    /// <summary>KV blocks that a request may need at an instance; never more than its context.</summary>
    public static long BlocksOf(DispatchItem item, InstanceView instance)
    {
        long context = instance.Registration.ContextLength;
        long tokens = item.MaxTokens is { } most ? Math.Min((long)item.PromptTokens + most, context) : context;
        return (Math.Max(tokens, 1) + instance.Registration.BlockSizeTokens - 1) / instance.Registration.BlockSizeTokens;
    }

    private static int Compare(Load a, InstanceView first, Load b, InstanceView second)
    {
        // a.Blocks / a.Total against b.Blocks / b.Total without rounding.
        int order = (a.Blocks * b.Total).CompareTo(b.Blocks * a.Total);
        order = order != 0 ? order : a.Sequences.CompareTo(b.Sequences);
        return order != 0 ? order : string.CompareOrdinal(first.Id, second.Id);
    }

    private readonly record struct Load(Int128 Blocks, Int128 Total, long Sequences)
    {
        public static Load Of(InstanceView instance, LedgerLoad onItsWay) => new(
            (Int128)instance.Status.KvBlocksUsed + instance.Status.KvBlocksWaiting + onItsWay.Blocks,
            Math.Max(1, instance.Status.KvBlocksTotal),
            (long)instance.Status.SequencesRunning + instance.Status.SequencesWaiting + onItsWay.Requests);
    }
}
