using CsCheck;
using Godwit.Contracts.Instances;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;

namespace Godwit.ServiceDefaults.Tests.Instances;

public sealed class PicturePolicyTests
{
    private const long Lease = 1200;

    [Fact]
    public void A_living_lease_makes_an_instance_live()
    {
        InstanceRegistration a = TestInstances.Registration("a");
        PicturePlan plan = PicturePolicy.Plan(RegistrySnapshot.Empty, Reading([a], [TestInstances.Status(a)]), now: 7, Lease);
        InstanceView view = Assert.Single(plan.Living);
        Assert.Equal((a, 7L, false), (view.Registration, view.ObservedAt, view.Suspect));
        Assert.Empty(plan.Suspects);
    }

    [Fact]
    public void A_heartbeat_keeps_the_time_when_it_was_first_seen()
    {
        InstanceView known = TestInstances.View("a", observedAt: 5, heartbeat: 3);
        InstanceRegistration a = known.Registration;
        InstanceView same = Assert.Single(PicturePolicy.Plan(Picture(known), Reading([a], [TestInstances.Status(a, 3)]), 9, Lease).Living);
        InstanceView next = Assert.Single(PicturePolicy.Plan(Picture(known), Reading([a], [TestInstances.Status(a, 4)]), 9, Lease).Living);
        Assert.Equal((5L, 9L), (same.ObservedAt, next.ObservedAt));
    }

    [Fact]
    public void A_missing_lease_and_an_emptied_redis_only_make_suspect()
    {
        InstanceView known = TestInstances.View("a");
        PicturePlan noLease = PicturePolicy.Plan(Picture(known), Reading([known.Registration], []), 9, Lease);
        PicturePlan empty = PicturePolicy.Plan(Picture(known), Reading([], []), 9, Lease);
        Assert.All([noLease, empty], plan =>
        {
            Assert.Empty(plan.Living);
            Assert.Equal(new SuspectInstance(known.Registration, known), Assert.Single(plan.Suspects));
        });
    }

    [Fact]
    public void A_new_boot_id_voids_the_old_life_at_once()
    {
        InstanceView old = TestInstances.View("a");
        InstanceRegistration reborn = TestInstances.Registration("a");
        PicturePlan plan = PicturePolicy.Plan(Picture(old), Reading([reborn], [TestInstances.Status(old.Registration)]), 9, Lease);
        Assert.Empty(plan.Living);
        Assert.Equal(new SuspectInstance(reborn, Known: null), Assert.Single(plan.Suspects));
    }

    [Fact]
    public void Without_redis_an_instance_is_suspect_once_its_last_lease_must_have_ended()
    {
        InstanceView known = TestInstances.View("a", observedAt: 100);
        Assert.Single(PicturePolicy.Plan(Picture(known), reading: null, now: 100 + Lease, Lease).Living);
        Assert.Single(PicturePolicy.Plan(Picture(known), reading: null, now: 101 + Lease, Lease).Suspects);
    }

    [Fact]
    public void Nobody_is_forgotten_and_nobody_is_both() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[0, 7], Gen.Bool).Sample(
        (away, previous, registered, leased, reborn) =>
        {
            InstanceView[] views = [.. Enumerable.Range(0, 3).Select(i => TestInstances.View($"i{i}"))];
            InstanceRegistration[] lives = [.. views.Select(view => reborn ? view.Registration with { BootId = "new" } : view.Registration)];
            RegistryReading? reading = away == 0 ? null : Reading(
                lives.Where((_, i) => (registered >> i & 1) == 1),
                lives.Where((_, i) => (leased >> i & 1) == 1).Select(life => TestInstances.Status(life)));
            RegistrySnapshot picture = Picture([.. views.Where((_, i) => (previous >> i & 1) == 1)]);
            PicturePlan plan = PicturePolicy.Plan(picture, reading, 9, Lease);

            string[] planned = [.. plan.Living.Select(view => view.Id).Concat(plan.Suspects.Select(s => s.Registration.Id)).Order()];
            string[] expected = [.. picture.Instances.Select(view => view.Id).Union(reading?.Registrations.Keys ?? []).Order()];
            Assert.Equal(expected, planned);
        });

    private static RegistrySnapshot Picture(params InstanceView[] views) => new(true, views, new Dictionary<string, KnownModel>());

    private static RegistryReading Reading(IEnumerable<InstanceRegistration> registrations, IEnumerable<InstanceStatus> leases)
    {
        InstanceRegistration[] all = [.. registrations];
        Dictionary<string, InstanceStatus> byId = [];
        foreach (InstanceStatus status in leases)
        {
            byId[all.FirstOrDefault(r => r.BootId == status.BootId)?.Id ?? "a"] = status;
        }

        return new RegistryReading(all.ToDictionary(r => r.Id), byId);
    }
}
