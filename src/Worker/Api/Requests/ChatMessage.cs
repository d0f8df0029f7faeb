using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>One message of a chat.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">What was said, content parts joined.</param>
/// <param name="Json">The whole message as it came; its other fields are for the chat template. Lives as long as the request's body.</param>
internal sealed record ChatMessage(string Role, string Content, JsonElement Json)
{
    /// <summary>An assistant's calls as chat templates want them, arguments as JSON and not as text; null when there are none.</summary>
    public JsonElement? ToolCalls { get; init; }
}
