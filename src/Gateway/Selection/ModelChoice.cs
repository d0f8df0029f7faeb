using Godwit.Gateway.Selection.Reading;

namespace Godwit.Gateway.Selection;

/// <summary>Which model a request goes to, and how its body becomes one that names it.</summary>
internal sealed record ModelChoice
{
    /// <summary>Models to ask, the chosen one first.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Why the first.</summary>
    public required string Reason { get; init; }

    /// <summary>The body that was read.</summary>
    public required SelectionBody Body { get; init; }

    /// <summary>The conversation that the request is part of; null: none.</summary>
    public UInt128? Conversation { get; init; }

    /// <summary>Predicted losses by model, nats per byte.</summary>
    public IReadOnlyDictionary<string, double> Losses { get; init; } = new Dictionary<string, double>();

    /// <summary>By how much the first is better than the next, nats per byte; null: not known.</summary>
    public double? Margin { get; init; }

    /// <summary>Digest of the router file, short; empty when none predicted.</summary>
    public string Router { get; init; } = string.Empty;
}
