namespace Godwit.Contracts.Selection;

/// <summary>How one expert did in a selection.</summary>
/// <param name="Model">Its id.</param>
public sealed record ExpertScore(string Model)
{
    /// <summary>Predicted loss on the prompt, nats per UTF-8 byte; null: nothing is predicted.</summary>
    public double? Loss { get; init; }

    /// <summary>Lower end of the loss's interval (one standard deviation).</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the loss's interval (one standard deviation).</summary>
    public double? High { get; init; }

    /// <summary>Where <see cref="Loss"/> comes from, one of <see cref="LossSources"/>; null: nothing is predicted.</summary>
    public string? Source { get; init; }

    /// <summary>Costs C by goal, 0 (cheapest of the eligible) to 1; null when it was excluded.</summary>
    public IReadOnlyDictionary<string, double>? Costs { get; init; }

    /// <summary>What going on with another expert than before would cost, nats per byte; null: nothing.</summary>
    public double? SwitchCost { get; init; }

    /// <summary>Loss, weighted costs and cost of the switch together, nats per byte; null when it was excluded.</summary>
    public double? Total { get; init; }

    /// <summary>Why it could not be chosen; null when it could.</summary>
    public string? Excluded { get; init; }
}
