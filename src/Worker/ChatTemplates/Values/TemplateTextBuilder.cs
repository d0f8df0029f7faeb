using System.Runtime.InteropServices;
using System.Text;

namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>Puts a <see cref="TemplateText"/> together.</summary>
internal sealed class TemplateTextBuilder
{
    private readonly StringBuilder _text = new();

    // Null while everything is of one kind, as most texts are.
    private List<bool>? _marks;
    private bool _plain;

    /// <summary>UTF-16 units so far.</summary>
    public int Length => _text.Length;

    /// <summary>Appends a text that is plain or not as a whole.</summary>
    public TemplateTextBuilder Append(string text, bool plain) =>
        Append(plain ? TemplateText.Plain(text) : TemplateText.Written(text));

    /// <summary>Appends a text with its marks.</summary>
    public TemplateTextBuilder Append(TemplateText text) => Append(text, 0, text.Length);

    /// <summary>Appends a part of a text with its marks.</summary>
    public TemplateTextBuilder Append(TemplateText text, int start, int length)
    {
        if (length == 0)
        {
            return this;
        }

        if (_marks is null && text.IsOfOneKind && (_text.Length == 0 || _plain == text.AnyPlain))
        {
            _plain = text.AnyPlain;
        }
        else
        {
            text.CopyMarks(start, Extend(length));
        }

        _text.Append(text.Content, start, length);
        return this;
    }

    public TemplateText ToText()
    {
        string content = _text.ToString();
        return _marks is not null ? TemplateText.Marked(content, CollectionsMarshal.AsSpan(_marks))
            : _plain ? TemplateText.Plain(content)
            : TemplateText.Written(content);
    }

    /// <summary>Room for the marks of what comes next.</summary>
    private Span<bool> Extend(int length)
    {
        if (_marks is null)
        {
            _marks = [];
            CollectionsMarshal.SetCount(_marks, _text.Length);
            CollectionsMarshal.AsSpan(_marks).Fill(_plain);
        }

        CollectionsMarshal.SetCount(_marks, _text.Length + length);
        return CollectionsMarshal.AsSpan(_marks)[_text.Length..];
    }
}
