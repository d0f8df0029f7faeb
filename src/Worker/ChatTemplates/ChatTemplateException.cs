namespace Godwit.Worker.ChatTemplates;

/// <summary>A chat template gave no prompt. Everything that a template or its input can do wrong ends in one of its kinds.</summary>
internal abstract class ChatTemplateException(string message) : Exception(message);

/// <summary>The model's chat template is not understood: it is malformed, or asks for what chat templates cannot have here.</summary>
/// <param name="what">What is not supported.</param>
/// <param name="line">Line in the template, from 1.</param>
/// <param name="column">Column in that line, from 1.</param>
internal sealed class ChatTemplateUnsupportedException(string what, int line, int column)
    : ChatTemplateException($"chat template, line {line}, column {column}: {what}")
{
    /// <summary>What is not supported.</summary>
    public string What { get; } = what;

    /// <summary>Line in the template, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column in that line, from 1.</summary>
    public int Column { get; } = column;
}

/// <summary>The template failed on these messages: a value of the wrong type, something missing, or a limit.</summary>
/// <param name="what">What went wrong.</param>
/// <param name="line">Line in the template, from 1.</param>
internal sealed class ChatTemplateRenderException(string what, int line) : ChatTemplateException($"chat template, line {line}: {what}")
{
    /// <summary>What went wrong.</summary>
    public string What { get; } = what;

    /// <summary>Line in the template, from 1.</summary>
    public int Line { get; } = line;
}

/// <summary>The template refused the messages by <c>raise_exception</c>; the message is its own, unchanged.</summary>
internal sealed class ChatTemplateRefusalException(string message) : ChatTemplateException(message);

/// <summary>The model has no chat template.</summary>
internal sealed class ChatTemplateMissingException() : ChatTemplateException("the model has no chat template");
