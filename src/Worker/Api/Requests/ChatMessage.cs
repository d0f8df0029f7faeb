namespace Godwit.Worker.Api.Requests;

/// <summary>One message of a chat, its content parts joined.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">What was said.</param>
internal sealed record ChatMessage(string Role, string Content);
