namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>
/// A text that knows which of its characters the template wrote, and which are plain: they came from the client, or were made of what
/// did. Only the former may be control tokens. Equality, order and length are those of <see cref="Content"/>, which knows nothing of it.
/// </summary>
internal readonly struct TemplateText
{
    /// <summary>Stands for marks that are all set, so that a text of one kind needs none of its own.</summary>
    private static readonly bool[] s_all = [true];

    private readonly bool[]? _marks;

    private TemplateText(string content, bool[]? marks)
    {
        Content = content;
        _marks = marks;
    }

    /// <summary>The characters.</summary>
    public string Content { get; }

    /// <summary>UTF-16 units; with <see cref="Slice"/> it makes ranges work: <c>text[1..]</c>.</summary>
    public int Length => Content.Length;

    /// <summary>Whether anything is plain.</summary>
    public bool AnyPlain => Length > 0 && _marks is not null;

    /// <summary>Whether all of it is plain, or nothing.</summary>
    public bool IsOfOneKind => _marks is null || _marks == s_all;

    /// <summary>A text of the template, or of the interpreter for it.</summary>
    public static TemplateText Written(string content) => new(content, null);

    /// <summary>A text of the client.</summary>
    public static TemplateText Plain(string content) => new(content, s_all);

    /// <summary>A text with one mark for each UTF-16 unit, true where it is plain.</summary>
    public static TemplateText Marked(string content, ReadOnlySpan<bool> marks) => !marks.Contains(true) ? Written(content)
        : !marks.Contains(false) ? Plain(content)
        : new TemplateText(content, marks.ToArray());

    public static TemplateText operator +(TemplateText left, TemplateText right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length == 0 ? right : left;
        }

        string content = left.Content + right.Content;
        if (left._marks == right._marks && left.IsOfOneKind)
        {
            return new TemplateText(content, left._marks);
        }

        bool[] marks = new bool[content.Length];
        left.CopyMarks(0, marks.AsSpan(0, left.Length));
        right.CopyMarks(0, marks.AsSpan(left.Length));
        return new TemplateText(content, marks);
    }

    /// <summary>Whether the UTF-16 unit at a place is plain.</summary>
    public bool IsPlain(int at) => _marks is not null && (_marks == s_all || _marks[at]);

    /// <summary>A part of it.</summary>
    public TemplateText Slice(int start, int length)
    {
        string content = Content.Substring(start, length);
        return IsOfOneKind ? new TemplateText(content, _marks) : Marked(content, _marks.AsSpan(start, length));
    }

    /// <summary>The same with other characters in the places of these, one for one.</summary>
    public TemplateText With(string content) => content.Length == Length
        ? new TemplateText(content, _marks)
        : throw new ArgumentException($"There have to be {Length} characters, not {content.Length}.", nameof(content));

    /// <summary>What was made of the whole of it: plain if anything in it is.</summary>
    public TemplateText Remade(string content) => AnyPlain ? Plain(content) : Written(content);

    /// <summary>What a change makes of it that goes character by character; what it makes of a plain one is plain.</summary>
    public TemplateText Map(Func<string, string> change)
    {
        if (IsOfOneKind)
        {
            return new TemplateText(change(Content), _marks);
        }

        var text = new TemplateTextBuilder();
        foreach ((int start, int end, bool plain) in Runs(0, Length))
        {
            text.Append(change(Content[start..end]), plain);
        }

        return text.ToText();
    }

    /// <summary>Its stretches of one kind each, from a place to another.</summary>
    public IEnumerable<(int Start, int End, bool Plain)> Runs(int start, int end)
    {
        for (int next; start < end; start = next)
        {
            bool plain = IsPlain(start);
            next = IsOfOneKind ? end : _marks.AsSpan(start, end - start).IndexOf(!plain) is var run and >= 0 ? start + run : end;
            yield return (start, next, plain);
        }
    }

    /// <summary>Copies the marks from a place on, as many as there is room for.</summary>
    public void CopyMarks(int start, Span<bool> to)
    {
        if (IsOfOneKind)
        {
            to.Fill(_marks is not null);
        }
        else
        {
            _marks.AsSpan(start, to.Length).CopyTo(to);
        }
    }

    public override string ToString() => Content;
}
