namespace Godwit.Gateway.Selection.Reading;

/// <summary>What a body says that a choice depends on, and where its parts stand.</summary>
internal sealed record SelectionBody
{
    /// <summary>The field <c>godwit</c>.</summary>
    public SelectionField Field { get; init; } = SelectionField.Empty;

    /// <summary>What it says to the model.</summary>
    public PromptReading Prompt { get; init; } = new();

    /// <summary>It offers functions that the model may call.</summary>
    public bool HasTools { get; init; }

    /// <summary>It says what the answer must be like.</summary>
    public bool IsStructured { get; init; }

    /// <summary>What makes it a body that a worker can have, but for the model's name.</summary>
    public IReadOnlyList<BodyEdit> Edits { get; init; } = [];

    /// <summary>Where the model's name stands, or belongs.</summary>
    public required Range ModelAt { get; init; }

    /// <summary>Whether name and value of the field must be written there, not just the value.</summary>
    public bool WritesModelName { get; init; }

    /// <summary>Whether another field follows what is written there.</summary>
    public bool WritesComma { get; init; }

    /// <summary>All edits for a model that was chosen.</summary>
    public IReadOnlyList<BodyEdit> EditsFor(string model)
    {
        byte[] name = JsonTexts.Encode(model);
        byte[] member = WritesModelName ? [.. "\"model\":"u8, .. name, .. WritesComma ? ","u8 : []] : name;
        return [.. Edits, new BodyEdit(ModelAt, member)];
    }
}
