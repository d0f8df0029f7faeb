namespace Godwit.Worker.ChatTemplates;

/// <summary>The model's chat template asks for what this version does not render; says what, and where in the template.</summary>
internal sealed class ChatTemplateUnsupportedException(string what, int line, int column)
    : Exception($"chat template, line {line}, column {column}: {what}")
{
    /// <summary>What is not supported.</summary>
    public string What { get; } = what;

    /// <summary>Line in the template, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column in that line, from 1.</summary>
    public int Column { get; } = column;
}
