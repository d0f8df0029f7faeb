namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>What one rendering may cost at most. Counted, never timed, so that every machine refuses the same.</summary>
internal sealed record RenderLimits
{
    public static readonly RenderLimits Default = new();

    /// <summary>Expressions and statements computed, items and comparisons; every 16 characters that are looked at are one more.</summary>
    public long Steps { get; init; } = 20_000_000;

    /// <summary>Characters of all texts made on the way, the prompt included.</summary>
    public long Characters { get; init; } = 128 * 1024 * 1024;

    /// <summary>Characters of the prompt: more than any context holds.</summary>
    public int OutputCharacters { get; init; } = 16 * 1024 * 1024;

    /// <summary>Expressions, statements and macro calls within each other: about sixty levels of macros.</summary>
    public int Depth { get; init; } = 500;
}
