namespace Godwit.Router.Selection;

/// <summary>Who is chosen, and all that spoke for and against.</summary>
internal sealed record SelectionDecision
{
    /// <summary>Index of the chosen candidate; −1: none may be chosen.</summary>
    public required int Chosen { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The generalist was chosen in place of the one with the lowest total.</summary>
    public bool Abstained { get; init; }

    /// <summary>The eligible candidates by total, lowest first.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>Per candidate why it may not be chosen; null: it may.</summary>
    public required IReadOnlyList<string?> Excluded { get; init; }

    /// <summary>Per candidate loss, weighted costs and switch together; NaN for those excluded.</summary>
    public required IReadOnlyList<double> Totals { get; init; }

    /// <summary>Per candidate its costs, in the order of the goals; empty for those excluded.</summary>
    public required IReadOnlyList<double[]> Costs { get; init; }

    /// <summary>What choosing another expert than before costs; 0: nothing.</summary>
    public double SwitchCost { get; init; }

    /// <summary>Total of the best of the others less that of the chosen one; 0 when there is no other.</summary>
    public double Margin { get; init; }

    /// <summary>What would have changed the choice.</summary>
    public IReadOnlyList<CrossOver> CrossOvers { get; init; } = [];
}
