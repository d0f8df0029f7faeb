namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>A place in a template's tokens, and how deep the parser is in it.</summary>
internal sealed class TokenCursor(TemplateSource source)
{
    /// <summary>Deepest nesting of statements and brackets: real templates have about twenty levels.</summary>
    private const int MaxNesting = 150;

    private readonly List<TemplateToken> _tokens = TemplateLexer.Read(source);
    private int _next;
    private int _nesting;

    public TemplateToken Current => _tokens[_next];

    /// <summary>The token after the current one.</summary>
    public TemplateToken Following => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    /// <summary>Goes on; at the end it stays there.</summary>
    public TemplateToken Take() => Current.Kind == TemplateTokenKind.End ? Current : _tokens[_next++];

    /// <summary>Takes a symbol if it comes next.</summary>
    public bool Skip(string symbol)
    {
        bool found = Current.IsSymbol(symbol);
        _next += found ? 1 : 0;
        return found;
    }

    /// <summary>Takes a keyword if it comes next.</summary>
    public bool SkipName(string name)
    {
        bool found = Current.IsName(name);
        _next += found ? 1 : 0;
        return found;
    }

    public TemplateToken Expect(TemplateTokenKind kind, string what) =>
        Current.Kind == kind ? Take() : throw Unexpected(what);

    public void ExpectSymbol(string symbol)
    {
        if (!Skip(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    public void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Unexpected($"'{name}'");
        }
    }

    /// <summary>Goes a level deeper.</summary>
    /// <exception cref="ChatTemplateUnsupportedException">It is too deep.</exception>
    public void Enter()
    {
        if (++_nesting > MaxNesting)
        {
            throw Fail($"it is nested more than {MaxNesting} deep", Current);
        }
    }

    public void Leave() => _nesting--;

    /// <summary>The error for a token that cannot stand here.</summary>
    public ChatTemplateUnsupportedException Unexpected(string expected) => Fail(
        Current.Kind == TemplateTokenKind.End ? $"{expected} was expected, but the template ends"
            : $"{expected} was expected, found '{Current.Text}'",
        Current);

    public ChatTemplateUnsupportedException Fail(string what, TemplateToken at) => source.Unsupported(what, at.Position);
}
