namespace Godwit.Contracts.Selection;

/// <summary>Body of <c>POST /select</c> at the Router: a prompt that wants an expert, and what whoever sent it wishes for.</summary>
/// <param name="Prompt">The last user message, or the prompt of a completion; flags may still be in it.</param>
public sealed record SelectRequest(string Prompt)
{
    /// <summary>
    /// Weights λ by goal (<see cref="GoalNames"/>), 0 to <see cref="GoalNames.MaxWeight"/>, in nats per byte that the costliest expert
    /// may be worse; null: those of the preset. Flags in the prompt go before.
    /// </summary>
    public IReadOnlyDictionary<string, double>? Goals { get; init; }

    /// <summary>One of <see cref="PresetNames"/>; null: <see cref="PresetNames.Auto"/>.</summary>
    public string? Preset { get; init; }

    /// <summary>Experts that may be chosen; null: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Capabilities that the expert must have (<c>chat</c>, <c>tools</c>, <c>structured</c>, …); null: none.</summary>
    public IReadOnlyList<string>? Needs { get; init; }

    /// <summary>Highest security class of an expert that may see the prompt, 0 (local) upwards; null: any.</summary>
    public int? MaxSecurityClass { get; init; }

    /// <summary>Where the expert must be; null: anywhere.</summary>
    public string? Residency { get; init; }

    /// <summary>Estimated tokens of the whole prompt; 0: unknown.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Most tokens that may be generated; 0: unknown.</summary>
    public int MaxTokens { get; init; }

    /// <summary>Expert that answered this conversation so far; null: none.</summary>
    public string? Previous { get; init; }

    /// <summary>Tokens of the conversation that <see cref="Previous"/> has computed already: what a switch would compute again.</summary>
    public int PreviousTokens { get; init; }
}
