namespace Godwit.Worker.ChatTemplates.Analysis;

/// <summary>In which form a template takes the content of a message.</summary>
internal enum MessageContent
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A list of parts, such as <c>{"type": "text", "text": …}</c>.</summary>
    Parts,

    /// <summary>Either: it asks whether the content is a string.</summary>
    Either,
}
