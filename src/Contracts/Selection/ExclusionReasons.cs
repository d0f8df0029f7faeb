namespace Godwit.Contracts.Selection;

/// <summary>Why an expert could not be chosen.</summary>
public static class ExclusionReasons
{
    /// <summary>No instance of it takes requests.</summary>
    public const string NoInstance = "no_instance";

    /// <summary>It is not among the models that the request allows.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>It lacks a capability that the request needs.</summary>
    public const string Capability = "capability";

    /// <summary>Its security class is above the highest that the request allows.</summary>
    public const string SecurityClass = "security_class";

    /// <summary>It is elsewhere than the request allows.</summary>
    public const string Residency = "residency";

    /// <summary>Prompt and answer do not fit into its context.</summary>
    public const string ContextLength = "context_length";

    /// <summary>The router file knows others of the experts, but not this one.</summary>
    public const string NoPrediction = "no_prediction";
}
