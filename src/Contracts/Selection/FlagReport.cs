namespace Godwit.Contracts.Selection;

/// <summary>What the flags in a prompt did.</summary>
/// <param name="Applied">Weights by goal that flags set.</param>
/// <param name="Unknown">Flags that say nothing known, as printable ASCII, at most <see cref="PromptFlags.MaxReported"/>.</param>
/// <param name="Preset">Preset that a flag set; null: none did.</param>
public sealed record FlagReport(
    IReadOnlyDictionary<string, double> Applied, IReadOnlyList<string> Unknown, string? Preset = null)
{
    /// <summary>There were none.</summary>
    public static FlagReport None { get; } = new(new Dictionary<string, double>(), []);
}
