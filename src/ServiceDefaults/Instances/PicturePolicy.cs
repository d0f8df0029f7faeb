using Godwit.Contracts.Instances;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>What follows from one reading.</summary>
/// <param name="Living">Instances with a living lease (or, while Redis is away, one that can still be alive).</param>
/// <param name="Suspects">Instances that must be asked whether they live.</param>
internal sealed record PicturePlan(IReadOnlyList<InstanceView> Living, IReadOnlyList<SuspectInstance> Suspects);

/// <summary>An instance without a living lease.</summary>
/// <param name="Registration">The life that is in doubt.</param>
/// <param name="Known">How it was last seen; null when this life has never been seen with a lease.</param>
internal sealed record SuspectInstance(InstanceRegistration Registration, InstanceView? Known);

/// <summary>
/// Decides from one reading of Redis who lives and who is in doubt (DESIGN §2): a missing lease or a missing entry means suspect, never
/// dead, because Redis may have been emptied; and a new boot id replaces the old life at once.
/// </summary>
internal static class PicturePolicy
{
    /// <param name="previous">The last picture.</param>
    /// <param name="reading">What Redis said; null when it is away.</param>
    /// <param name="now">Timestamp of the reading.</param>
    /// <param name="leaseTicks">Life of a lease in timestamp ticks.</param>
    public static PicturePlan Plan(RegistrySnapshot previous, RegistryReading? reading, long now, long leaseTicks)
    {
        List<InstanceView> living = [];
        List<SuspectInstance> suspects = [];
        if (reading is null)
        {
            foreach (InstanceView view in previous.Instances)
            {
                if (now - view.ObservedAt <= leaseTicks)
                {
                    living.Add(view);
                }
                else
                {
                    suspects.Add(new SuspectInstance(view.Registration, view));
                }
            }

            return new PicturePlan(living, suspects);
        }

        IEnumerable<string> ids = reading.Registrations.Keys.Union(previous.Instances.Select(view => view.Id), StringComparer.Ordinal);
        foreach (string id in ids)
        {
            InstanceView? known = previous.Find(id);
            InstanceRegistration registration = reading.Registrations.GetValueOrDefault(id) ?? known!.Registration;
            if (known?.Registration.BootId != registration.BootId)
            {
                known = null;
            }

            if (reading.Leases.TryGetValue(id, out InstanceStatus? status) && status.BootId == registration.BootId)
            {
                bool seen = known?.Status.Heartbeat == status.Heartbeat;
                living.Add(new InstanceView(registration, status, seen ? known!.ObservedAt : now, Suspect: false));
            }
            else
            {
                suspects.Add(new SuspectInstance(registration, known));
            }
        }

        return new PicturePlan(living, suspects);
    }
}
