using System.Text;

namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>Puts a <see cref="TemplateText"/> together.</summary>
internal sealed class TemplateTextBuilder
{
    private readonly StringBuilder _text = new();

    // Where each stretch of one kind ends; neighbours are of different kinds.
    private readonly List<(int End, bool Plain)> _runs = [];

    /// <summary>UTF-16 units so far.</summary>
    public int Length => _text.Length;

    /// <summary>Appends a text that is plain or not as a whole.</summary>
    public TemplateTextBuilder Append(string text, bool plain)
    {
        _text.Append(text);
        Mark(plain);
        return this;
    }

    /// <summary>Appends a text with its marks.</summary>
    public TemplateTextBuilder Append(TemplateText text) => Append(text, 0, text.Length);

    /// <summary>Appends a part of a text with its marks.</summary>
    public TemplateTextBuilder Append(TemplateText text, int start, int length)
    {
        foreach ((int from, int to, bool plain) in text.Runs(start, start + length))
        {
            _text.Append(text.Content, from, to - from);
            Mark(plain);
        }

        return this;
    }

    public TemplateText ToText()
    {
        string content = _text.ToString();
        if (_runs.Count <= 1)
        {
            return _runs is [(_, true)] ? TemplateText.Plain(content) : TemplateText.Written(content);
        }

        bool[] marks = new bool[content.Length];
        int start = 0;
        foreach ((int end, bool plain) in _runs)
        {
            marks.AsSpan(start, end - start).Fill(plain);
            start = end;
        }

        return TemplateText.Marked(content, marks);
    }

    /// <summary>Marks what was appended last.</summary>
    private void Mark(bool plain)
    {
        int start = _runs.Count > 0 ? _runs[^1].End : 0;
        if (_text.Length == start)
        {
            return;
        }

        if (_runs.Count > 0 && _runs[^1].Plain == plain)
        {
            _runs[^1] = (_text.Length, plain);
        }
        else
        {
            _runs.Add((_text.Length, plain));
        }
    }
}
