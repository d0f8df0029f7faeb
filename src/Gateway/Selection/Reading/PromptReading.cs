using Godwit.Contracts.Selection;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>What a body says to the model, as far as a choice depends on it.</summary>
internal sealed record PromptReading
{
    /// <summary>The last user message, or the (first) prompt, without flags.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>It is text: the ids of tokens mean nothing before the model is known.</summary>
    public bool IsText { get; init; } = true;

    /// <summary>What its flags say.</summary>
    public FlagReport Flags { get; init; } = FlagReport.None;

    /// <summary>What takes the flags out of the body.</summary>
    public IReadOnlyList<BodyEdit> Edits { get; init; } = [];

    /// <summary>The assistant has answered before: the conversation goes on.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Where the first system message's content stands; nowhere when there is none.</summary>
    public Range SystemAt { get; init; } = ..0;

    /// <summary>Where the first user message's content stands; nowhere when there is none.</summary>
    public Range OpeningAt { get; init; } = ..0;
}
