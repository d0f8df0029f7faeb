namespace Godwit.Worker.Migration;

/// <summary>Which request a source moves: ordinary execution priority before high, then the shortest. Pure.</summary>
internal static class MoverPolicy
{
    /// <summary>Chooses.</summary>
    public static MoverDecision Choose(in MoverSituation situation, ReadOnlySpan<MoverCandidate> candidates)
    {
        int best = -1;
        for (int i = 0; i < candidates.Length; i++)
        {
            MoverCandidate candidate = candidates[i];
            bool fits = candidate.IsMovable && candidate.Blocks <= situation.MaxBlocks;
            if (fits && (best < 0 || GoesBefore(candidate, candidates[best])))
            {
                best = i;
            }
        }

        MoverReason reason = best < 0 ? MoverReason.NoneMovable : situation.MustLeave ? MoverReason.MustLeave : MoverReason.Pays;
        return new MoverDecision(best, reason, 0, 0);
    }

    private static bool GoesBefore(MoverCandidate a, MoverCandidate b) =>
        a.IsHigh != b.IsHigh ? b.IsHigh : a.KnownTokens < b.KnownTokens;
}
