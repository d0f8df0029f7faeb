namespace Godwit.Worker.ChatTemplates;

/// <summary>One message of a conversation as a template sees it.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c>, …</param>
/// <param name="Content">What was said.</param>
internal sealed record ChatTemplateMessage(string Role, string Content);
