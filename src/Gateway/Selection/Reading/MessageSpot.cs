namespace Godwit.Gateway.Selection.Reading;

/// <summary>Where a message of a chat stands in its body.</summary>
internal sealed class MessageSpot
{
    /// <summary>Whose it is.</summary>
    public MessageRole Role { get; set; }

    /// <summary>Its content, a string or a list of parts.</summary>
    public Range ContentAt { get; set; } = ..0;

    /// <summary>The strings of its content.</summary>
    public List<Range> Texts { get; } = [];
}
