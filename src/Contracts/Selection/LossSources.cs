namespace Godwit.Contracts.Selection;

/// <summary>Where a predicted loss comes from.</summary>
public static class LossSources
{
    /// <summary>The expert's own head in the router file.</summary>
    public const string Head = "head";

    /// <summary>The expert has no head yet: its mean loss on the prompts of the nearest cluster.</summary>
    public const string Cluster = "cluster";
}
