using Godwit.Contracts.Library;

namespace Godwit.Router.Library;

/// <summary>What is known of an expert beside its losses: from its card, and from its instances as they are now.</summary>
/// <param name="Id">Its id.</param>
internal sealed record ExpertFacts(string Id)
{
    /// <summary>What a card says.</summary>
    /// <param name="id">The expert's id.</param>
    /// <param name="card">Its card, if it has one.</param>
    public static ExpertFacts Of(string id, ModelCard? card) => new(id)
    {
        ContextLength = card?.ContextLength ?? 0,
        Parameters = card?.Parameters,
        Date = card?.Date,
        Capabilities = card?.Capabilities,
        Security = card?.Security ?? 0,
        Residency = card?.Residency,
        Price = card?.Price ?? 0,
        Verbosity = card?.Verbosity,
        Readability = card?.Readability,
    };

    /// <summary>Instances that take requests.</summary>
    public int Instances { get; init; }

    /// <summary>Context that each of them can serve, in tokens; without instances that of the card, 0 without a card.</summary>
    public int ContextLength { get; init; }

    /// <summary>Digest of the weights that its instances have; null: they differ, or there are none.</summary>
    public string? WeightsDigest { get; init; }

    /// <summary>Number of its weights; null: unknown.</summary>
    public long? Parameters { get; init; }

    /// <summary>When it was published; null: unknown.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>What it can do; null: nobody has said.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Security class, 0 (local) upwards.</summary>
    public int Security { get; init; }

    /// <summary>Where the text stays; null: where this machine is.</summary>
    public string? Residency { get; init; }

    /// <summary>Price of a million tokens.</summary>
    public double Price { get; init; }

    /// <summary>Mean number of tokens of its answers; null: not measured.</summary>
    public double? Verbosity { get; init; }

    /// <summary>School grade that its answers read like; null: not measured.</summary>
    public double? Readability { get; init; }

    /// <summary>Milliseconds per token of its quickest instance lately; null: none has run yet.</summary>
    public double? StepMs { get; init; }

    /// <summary>Load of its least loaded instance: 0 is idle, 1 is full, above it requests wait.</summary>
    public double Load { get; init; }
}
