namespace Godwit.Contracts.Selection;

/// <summary>Why an expert was chosen.</summary>
public static class SelectionReasons
{
    /// <summary>Its loss and weighted costs together are lowest.</summary>
    public const string LowestCost = "lowest_cost";

    /// <summary>No other may be chosen.</summary>
    public const string OnlyCandidate = "only_candidate";

    /// <summary>It answered the conversation so far, and no other is better by more than a switch costs.</summary>
    public const string Sticky = "sticky";

    /// <summary>The prediction is too uncertain to go by: the generalist.</summary>
    public const string Abstained = "abstained";

    /// <summary>The prompt is unlike everything that the router was trained on: the generalist.</summary>
    public const string OutOfDomain = "out_of_domain";

    /// <summary>There is no Router that answers, or it has no router file, or that knows none of the experts: the generalist.</summary>
    public const string NoRouter = "no_router";
}
