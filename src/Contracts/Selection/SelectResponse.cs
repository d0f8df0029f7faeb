namespace Godwit.Contracts.Selection;

/// <summary>Answer to <see cref="SelectRequest"/>: who shall be asked, and why.</summary>
/// <param name="Model">The chosen expert.</param>
/// <param name="Fallbacks">The other eligible experts, the best first: to be asked when the chosen one cannot be.</param>
/// <param name="Reason">One of <see cref="SelectionReasons"/>.</param>
public sealed record SelectResponse(string Model, IReadOnlyList<string> Fallbacks, string Reason)
{
    /// <summary>The prompt without flags: what inference shall see.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>Total of the runner-up less that of the chosen one, nats per byte; below 0 when another reason than cost decided.</summary>
    public double Margin { get; init; }

    /// <summary>The prediction was too uncertain to go by, and the generalist was chosen.</summary>
    public bool Abstained { get; init; }

    /// <summary>First eight hex digits of the SHA-256 of the router file that predicted; empty when none did.</summary>
    public string Router { get; init; } = "";

    /// <summary>The weights λ by goal that were in force, those of 0 left out.</summary>
    public IReadOnlyDictionary<string, double> Goals { get; init; } = new Dictionary<string, double>();

    /// <summary>Every known expert, the eligible ones by total, then those that were excluded.</summary>
    public IReadOnlyList<ExpertScore> Experts { get; init; } = [];

    /// <summary>What would have changed the choice, at most one per goal.</summary>
    public IReadOnlyList<Counterfactual> Counterfactuals { get; init; } = [];

    /// <summary>What the flags in the prompt did.</summary>
    public FlagReport Flags { get; init; } = FlagReport.None;
}
