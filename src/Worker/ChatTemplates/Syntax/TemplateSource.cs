namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>A template's text as Jinja reads it: line ends are '\n', and one at the very end is dropped.</summary>
internal sealed class TemplateSource
{
    public TemplateSource(string template)
    {
        string text = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Text = text.EndsWith('\n') ? text[..^1] : text;
    }

    public string Text { get; }

    /// <summary>The line of a position, from 1.</summary>
    public int LineOf(int position) => Text.AsSpan(0, position).Count('\n') + 1;

    /// <summary>The error for something at a position.</summary>
    public ChatTemplateUnsupportedException Unsupported(string what, int position) =>
        new(what, LineOf(position), position - Text.AsSpan(0, position).LastIndexOf('\n'));
}
