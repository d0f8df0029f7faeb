using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>What a chat request gives to the model's chat template. Lives as long as the request's body.</summary>
/// <param name="Messages">The messages, oldest first, at least one.</param>
/// <param name="AddGenerationPrompt">Open the assistant's turn at the end.</param>
/// <param name="ContinueFinalMessage">Leave the last message open, for the model to go on with it.</param>
/// <param name="Documents">Documents for the template, a list of objects, or null.</param>
/// <param name="Variables">Further variables for the template, an object, or null.</param>
/// <param name="RenderedAt">What the template takes for now.</param>
internal sealed record ChatConversation(
    IReadOnlyList<ChatMessage> Messages,
    bool AddGenerationPrompt,
    bool ContinueFinalMessage,
    JsonElement? Documents,
    JsonElement? Variables,
    DateTimeOffset RenderedAt)
{
    /// <summary>Definitions of the functions that the template may offer, a list of objects; null when there are none.</summary>
    public JsonElement? Tools { get; init; }
}
