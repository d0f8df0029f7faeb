namespace Godwit.Worker.ChatTemplates;

/// <summary>
/// A fault while a template runs, before its place is known: <see cref="ChatTemplate"/> turns it into a
/// <see cref="ChatTemplateRenderException"/>. Never leaves this folder.
/// </summary>
internal sealed class TemplateFaultException(string message) : Exception(message);
