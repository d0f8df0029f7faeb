namespace Godwit.Gateway.Selection.Reading;

/// <summary>Whose a message is, as far as a choice cares.</summary>
internal enum MessageRole
{
    /// <summary>A tool's, or not known.</summary>
    Other,

    /// <summary>The operator's: <c>system</c> or <c>developer</c>.</summary>
    System,

    /// <summary>The user's.</summary>
    User,

    /// <summary>The model's.</summary>
    Assistant,
}
