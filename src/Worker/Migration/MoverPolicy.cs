namespace Godwit.Worker.Migration;

/// <summary>
/// Which request a source moves (DESIGN §5.4): ordinary execution priority before high, then the shortest, of those whose move pays. Pure,
/// and the same in a worker as in the simulator, which compiles this very file.
/// </summary>
/// <remarks>
/// Nobody knows when a request ends. Lengths of answers have heavy tails, and of such the best guess of what is left is what there was, so
/// that a request is predicted to last as long again as it has, within what it is allowed. A move spares two things. Who waits at the head
/// of the line gets the blocks when the copy ends instead of when the request does. And as blocks run out before the requests here end,
/// somebody is preempted and computes all his tokens again. It costs a step's pause of the moved one and a slow-down of all others while
/// blocks are copied.
/// </remarks>
internal static class MoverPolicy
{
    /// <summary>Share by which copying slows decoding at both ends (the paper's own measurements say 1.5 to 3 %).</summary>
    public const double SlowDown = 0.03;

    // A request that has just begun is given this many tokens to live; without it nothing young would ever move.
    private const int LeastPredictedTokens = 16;

    /// <summary>Chooses.</summary>
    public static MoverDecision Choose(in MoverSituation situation, ReadOnlySpan<MoverCandidate> candidates)
    {
        int best = -1;
        (double Gain, double Cost) bestPrice = default;
        MoverReason refusal = MoverReason.NoneMovable;
        for (int i = 0; i < candidates.Length; i++)
        {
            MoverCandidate candidate = candidates[i];
            if (!candidate.IsMovable || (best >= 0 && !GoesBefore(candidate, candidates[best])))
            {
                continue;
            }

            MoverReason reason = Judge(situation, candidate, out double gain, out double cost);
            if (reason is MoverReason.Pays or MoverReason.MustLeave)
            {
                (best, bestPrice) = (i, (gain, cost));
            }
            else
            {
                // The reason of the one that came furthest.
                refusal = (MoverReason)Math.Max((int)refusal, (int)reason);
            }
        }

        return best < 0
            ? new MoverDecision(-1, refusal, 0, 0)
            : new MoverDecision(best, situation.MustLeave ? MoverReason.MustLeave : MoverReason.Pays, bestPrice.Gain, bestPrice.Cost);
    }

    private static bool GoesBefore(MoverCandidate a, MoverCandidate b) =>
        a.IsHigh != b.IsHigh ? b.IsHigh : a.KnownTokens < b.KnownTokens;

    private static MoverReason Judge(in MoverSituation situation, MoverCandidate candidate, out double gain, out double cost)
    {
        (gain, cost) = (0, 0);
        if (candidate.Blocks > situation.MaxBlocks)
        {
            return MoverReason.NoneFits;
        }

        double copyMs = candidate.Blocks / situation.BlocksPerMs;
        if (candidate.RemainingTokens * situation.StepMs <= copyMs)
        {
            return MoverReason.NoneLasts;
        }

        cost = (SlowDown * copyMs * 2 * situation.Running) + situation.StepMs;
        if (situation.MustLeave)
        {
            return MoverReason.MustLeave;
        }

        int predicted = Math.Min(candidate.RemainingTokens, Math.Max(LeastPredictedTokens, candidate.GeneratedTokens));
        double lastsMs = predicted * situation.StepMs;
        if (lastsMs <= copyMs)
        {
            return MoverReason.NoneLasts;
        }

        gain = Gain(situation, candidate, predicted, lastsMs - copyMs);
        return gain > cost ? MoverReason.Pays : MoverReason.NonePays;
    }

    private static double Gain(in MoverSituation situation, MoverCandidate candidate, int predicted, double earlierMs)
    {
        int shortOf = situation.HeadBlocks - situation.AvailableBlocks;
        double forHead = situation.HeadBlocks > 0 && shortOf > 0
            ? earlierMs * Math.Min(1, (double)candidate.Blocks / shortOf)
            : 0;

        // Headroom makes an instance a source although blocks abound: ordinary work leaves it to high priority, which then decodes faster.
        double freeness = (double)situation.AvailableBlocks / Math.Max(1, situation.Running);
        bool isShort = freeness < situation.FreenessFloor || situation.Preempted;
        if (!isShort && forHead == 0)
        {
            return situation.HostsHigh && !candidate.IsHigh ? earlierMs : 0;
        }

        double stepsUntilFull = Math.Max(0, freeness) * situation.BlockSizeTokens;
        double fullBeforeItEnds = Math.Clamp(1 - (stepsUntilFull / predicted), 0, 1);
        return forHead + (fullBeforeItEnds * ((candidate.KnownTokens * situation.PrefillMsPerToken) + earlierMs));
    }
}
