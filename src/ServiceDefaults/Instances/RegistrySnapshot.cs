using System.Collections.Frozen;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>An immutable picture of the living instances.</summary>
public sealed class RegistrySnapshot
{
    private readonly FrozenDictionary<string, InstanceView> _byId;
    private readonly FrozenDictionary<string, InstanceView[]> _byModel;

    internal RegistrySnapshot(bool isComplete, IEnumerable<InstanceView> instances, IReadOnlyDictionary<string, KnownModel> models)
    {
        IsComplete = isComplete;
        Instances = instances.OrderBy(instance => instance.Id, StringComparer.Ordinal).ToArray();
        Models = models.ToFrozenDictionary(StringComparer.Ordinal);
        _byId = Instances.ToFrozenDictionary(instance => instance.Id, StringComparer.Ordinal);
        _byModel = Instances
            .GroupBy(instance => instance.Registration.Model, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>What is known before the first reading: nothing.</summary>
    public static RegistrySnapshot Empty { get; } = new(false, [], new Dictionary<string, KnownModel>());

    /// <summary>Redis has been read at least once; before that, an unknown model may only not be known yet.</summary>
    public bool IsComplete { get; }

    /// <summary>All living instances, by id.</summary>
    public IReadOnlyList<InstanceView> Instances { get; }

    /// <summary>Models that have, or lately had, an instance.</summary>
    public IReadOnlyDictionary<string, KnownModel> Models { get; }

    /// <summary>The living instances of a model, by id.</summary>
    public IReadOnlyList<InstanceView> OfModel(string model) => _byModel.GetValueOrDefault(model, []);

    /// <summary>The living instance with that id, or null.</summary>
    public InstanceView? Find(string id) => _byId.GetValueOrDefault(id);
}
