using System.Collections.Frozen;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Library;
using Godwit.Router.Prediction;
using Godwit.ServiceDefaults.Instances;

namespace Godwit.Router.Library;

/// <summary>The experts: those that the library has a card of, and those that have an instance.</summary>
internal sealed class ExpertCatalog(CardShelf shelf, InstanceRegistry registry)
{
    private volatile Edition _edition = new(RegistrySnapshot.Empty, FrozenDictionary<string, ModelCard>.Empty, []);

    /// <summary>All experts by id, as they are now; the same object until something changes.</summary>
    public IReadOnlyList<ExpertFacts> Current
    {
        get
        {
            RegistrySnapshot snapshot = registry.Current;
            FrozenDictionary<string, ModelCard> cards = shelf.Cards;
            Edition edition = _edition;
            if (!ReferenceEquals(edition.Snapshot, snapshot) || !ReferenceEquals(edition.Cards, cards))
            {
                edition = new Edition(snapshot, cards, Compile(cards, snapshot));
                _edition = edition;
            }

            return edition.Experts;
        }
    }

    /// <summary>Why a router does not fit the experts; null: it knows one of them, or none is known yet.</summary>
    public string? Refuses(RouterManifest manifest)
    {
        IReadOnlyList<ExpertFacts> experts = Current;
        return experts.Count == 0 || manifest.Experts.Any(known => experts.Any(expert => expert.Id == known.Id))
            ? null
            : $"it knows {Names(manifest.Experts.Select(expert => expert.Id))}; "
                + $"the library has {Names(experts.Select(expert => expert.Id))}";
    }

    /// <summary>Puts together what cards and instances say.</summary>
    public static IReadOnlyList<ExpertFacts> Compile(IReadOnlyDictionary<string, ModelCard> cards, RegistrySnapshot snapshot) =>
    [
        .. cards.Keys.Concat(snapshot.Instances.Select(instance => instance.Registration.Model))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(id => Of(id, cards.GetValueOrDefault(id), [.. snapshot.OfModel(id).Where(instance => instance.IsReady)])),
    ];

    private static ExpertFacts Of(string id, ModelCard? card, InstanceView[] ready)
    {
        string[] digests = [.. ready.Select(instance => instance.Registration.WeightsDigest).Distinct(StringComparer.Ordinal)];
        double[] steps = [.. ready.Select(instance => instance.Status.StepMs).Where(ms => ms > 0)];
        ExpertFacts facts = ExpertFacts.Of(id, card);
        return facts with
        {
            Instances = ready.Length,
            ContextLength = ready.Length > 0 ? ready.Min(instance => instance.Registration.ContextLength) : facts.ContextLength,
            WeightsDigest = digests.Length == 1 ? digests[0] : null,
            StepMs = steps.Length > 0 ? steps.Min() : null,
            Load = ready.Length > 0 ? ready.Min(LoadOf) : 0,
        };
    }

    // Whichever it runs out of first: places in the batch, or blocks.
    private static double LoadOf(InstanceView instance)
    {
        InstanceStatus status = instance.Status;
        double sequences = (double)(status.SequencesRunning + status.SequencesWaiting) / Math.Max(1, instance.Registration.MaxSequences);
        double blocks = (double)(status.KvBlocksUsed + status.KvBlocksWaiting) / Math.Max(1, status.KvBlocksTotal);
        return Math.Max(sequences, blocks);
    }

    private static string Names(IEnumerable<string> ids) => string.Join(", ", ids.Take(16));

    private sealed record Edition(
        RegistrySnapshot Snapshot, FrozenDictionary<string, ModelCard> Cards, IReadOnlyList<ExpertFacts> Experts);
}
