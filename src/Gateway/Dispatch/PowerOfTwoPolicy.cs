using Godwit.ServiceDefaults.Instances;

namespace Godwit.Gateway.Dispatch;

/// <summary>
/// The choice without the Scheduler: of two instances drawn at random the less loaded one. Several gateways that see the same old picture
/// do not all run to the same instance, as they would if each took the best of all.
/// </summary>
internal static class PowerOfTwoPolicy
{
    /// <param name="candidates">Living instances of the model.</param>
    /// <param name="exclude">Ids that must not be chosen.</param>
    /// <param name="inFlight">Requests that this Gateway has at an instance.</param>
    /// <param name="random">Source of the draw.</param>
    public static InstanceView? Choose(
        IReadOnlyList<InstanceView> candidates, IReadOnlyCollection<string> exclude, Func<string, int> inFlight, Random random)
    {
        InstanceView[] allowed = [.. candidates.Where(view => view.IsReady && !exclude.Contains(view.Id))];
        if (allowed.Length <= 1)
        {
            return allowed.FirstOrDefault();
        }

        int first = random.Next(allowed.Length);
        int second = random.Next(allowed.Length - 1);
        second += second >= first ? 1 : 0;
        return IsLess(allowed[second], allowed[first], inFlight) ? allowed[second] : allowed[first];
    }

    private static bool IsLess(InstanceView a, InstanceView b, Func<string, int> inFlight)
    {
        // The heartbeat may be too old to contain our own requests, and never too new to: the larger figure is the truer one.
        long sequencesA = Math.Max(inFlight(a.Id), (long)a.Status.SequencesRunning + a.Status.SequencesWaiting);
        long sequencesB = Math.Max(inFlight(b.Id), (long)b.Status.SequencesRunning + b.Status.SequencesWaiting);
        return sequencesA != sequencesB ? sequencesA < sequencesB : Fullness(a) < Fullness(b);
    }

    private static double Fullness(InstanceView view) =>
        ((double)view.Status.KvBlocksUsed + view.Status.KvBlocksWaiting) / Math.Max(1, view.Status.KvBlocksTotal);
}
