using System.Collections.Immutable;
using Godwit.Gateway.Dispatch;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>
/// A request that this Gateway owns, as the loop that acknowledges sees it: its log, and the workers that may hold it. One thread at a
/// time changes it; any may read.
/// </summary>
internal sealed class OwnedRequest(RequestOwner owner)
{
    private ImmutableArray<Holder> _holders = [];

    /// <summary>Its id.</summary>
    public string Id => owner.Request;

    /// <summary>Per choice the index of the token that is wanted next.</summary>
    public IReadOnlyList<int> Next => owner.Next;

    /// <summary>Who may hold it: the running one, and during a move the parked and the coming one.</summary>
    public IReadOnlyList<Holder> Holders
    {
        get
        {
            ImmutableArray<Holder> holders = [];
            ImmutableInterlocked.Update(ref _holders, seen => holders = seen);
            return holders;
        }
    }

    /// <summary>An instance has it under <paramref name="epoch"/>, or is about to get it.</summary>
    public void Add(ChosenInstance instance, int epoch) => ImmutableInterlocked.Update(
        ref _holders, holders => holders.RemoveAll(holder => IsSame(holder, instance)).Add(new Holder(instance, epoch)));

    /// <summary>An instance has it no more, or is dead.</summary>
    public void Remove(ChosenInstance instance) =>
        ImmutableInterlocked.Update(ref _holders, holders => holders.RemoveAll(holder => IsSame(holder, instance)));

    private static bool IsSame(Holder holder, ChosenInstance instance) =>
        holder.Instance.Id == instance.Id && holder.Instance.BootId == instance.BootId;
}
