namespace Godwit.Gateway.Selection.Reading;

/// <summary>The body's field <c>godwit</c>: how a model shall be chosen.</summary>
internal sealed record SelectionField
{
    /// <summary>Nothing was said.</summary>
    public static SelectionField Empty { get; } = new();

    /// <summary>Weights by goal; null: not said.</summary>
    public IReadOnlyDictionary<string, double>? Goals { get; init; }

    /// <summary>Models that may be chosen; null: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Capabilities that the model must have.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The client's name of the conversation; null: it has none.</summary>
    public string? Conversation { get; init; }

    /// <summary>Where the model must be; null: anywhere.</summary>
    public string? Residency { get; init; }

    /// <summary>Highest security class allowed; null: any.</summary>
    public int? MaxSecurityClass { get; init; }
}
