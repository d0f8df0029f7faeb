namespace Godwit.Contracts.Selection;

/// <summary>What an expert may cost beside its loss. Each cost runs from 0 to 1 over the experts that may be chosen.</summary>
public static class GoalNames
{
    /// <summary>Logarithm of the number of weights: the small are cheap.</summary>
    public const string Size = "size";

    /// <summary>Age: the recent are cheap.</summary>
    public const string Recency = "recency";

    /// <summary>Security class: those that run here are cheap.</summary>
    public const string Security = "security";

    /// <summary>Length of its answers: the terse are cheap.</summary>
    public const string Verbosity = "verbosity";

    /// <summary>Grade level of its answers: the plain are cheap.</summary>
    public const string Readability = "readability";

    /// <summary>Price of a token.</summary>
    public const string Price = "price";

    /// <summary>Time per token, as its instances are now.</summary>
    public const string Latency = "latency";

    /// <summary>Load of its least loaded instance, as it is now.</summary>
    public const string Queue = "queue";

    /// <summary>Largest weight λ that a goal may have.</summary>
    public const double MaxWeight = 10;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Size, Recency, Security, Verbosity, Readability, Price, Latency, Queue];

    /// <summary>Whether <paramref name="weight"/> is one that a goal may have.</summary>
    public static bool IsWeight(double weight) => weight is >= 0 and <= MaxWeight;
}
