namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>Tokens to statements: the whole language that Hugging Face gives to chat templates.</summary>
internal sealed partial class TemplateParser
{
    private readonly TokenCursor _cursor;
    private readonly ExpressionParser _expressions;

    /// <summary>Loops around the current place, within its macro.</summary>
    private int _loops;

    private TemplateParser(TemplateSource source)
    {
        _cursor = new TokenCursor(source);
        _expressions = new ExpressionParser(_cursor);
    }

    /// <exception cref="ChatTemplateUnsupportedException">The template is malformed, or asks for what there is not.</exception>
    public static IReadOnlyList<Statement> Parse(TemplateSource source)
    {
        var parser = new TemplateParser(source);
        List<Statement> statements = parser.ParseBody();
        return parser._cursor.Current.Kind == TemplateTokenKind.End
            ? statements
            : throw parser._cursor.Fail($"'{parser._cursor.Following.Text}' ends nothing", parser._cursor.Current);
    }

    /// <summary>Statements up to an <c>else</c>, <c>elif</c> or <c>end…</c>, which is left in place, or to the template's end.</summary>
    private List<Statement> ParseBody()
    {
        _cursor.Enter();
        var statements = new List<Statement>();
        while (_cursor.Current.Kind != TemplateTokenKind.End)
        {
            TemplateToken token = _cursor.Current;
            if (token.Kind == TemplateTokenKind.Text)
            {
                statements.Add(new Statement.Text(_cursor.Take().Text, token.Position));
            }
            else if (token.Kind == TemplateTokenKind.OutputStart)
            {
                _cursor.Take();
                statements.Add(new Statement.Output(_expressions.ParseTuple(), token.Position));
                _cursor.Expect(TemplateTokenKind.OutputEnd, "'}}'");
            }
            else if (IsEnd(_cursor.Following))
            {
                break;
            }
            else
            {
                _cursor.Take();
                statements.Add(ParseStatement());
            }
        }

        _cursor.Leave();
        return statements;
    }

    private static bool IsEnd(TemplateToken keyword) => keyword.Kind == TemplateTokenKind.Name
        && (keyword.Text is "elif" or "else" || keyword.Text.StartsWith("end", StringComparison.Ordinal));

    /// <summary>Statements up to <c>{% end… %}</c>, which is taken.</summary>
    private List<Statement> ParseBodyTo(string end, TemplateToken keyword)
    {
        EndTag();
        List<Statement> body = ParseBody();
        TakeEnd(end, keyword);
        return body;
    }

    private void TakeEnd(string end, TemplateToken keyword)
    {
        if (_cursor.Current.Kind == TemplateTokenKind.End)
        {
            throw _cursor.Fail($"'{keyword.Text}' has no '{end}'", keyword);
        }

        _cursor.Expect(TemplateTokenKind.StatementStart, "'{%'");
        _cursor.ExpectName(end);
        EndTag();
    }

    private void EndTag() => _cursor.Expect(TemplateTokenKind.StatementEnd, "'%}'");

    private Statement ParseStatement()
    {
        TemplateToken keyword = _cursor.Expect(TemplateTokenKind.Name, "a statement");
        return keyword.Text switch
        {
            "if" => ParseIf(keyword),
            "for" => ParseFor(keyword),
            "set" => ParseSet(keyword),
            "macro" => ParseMacro(keyword),
            "call" => ParseCall(keyword),
            "filter" => new Statement.FilterBlock(ParseFilters(), ParseBodyTo("endfilter", keyword), keyword.Position),
            "with" => new Statement.With(ParseWith(), ParseBodyTo("endwith", keyword), keyword.Position),
            "generation" => new Statement.With([], ParseBodyTo("endgeneration", keyword), keyword.Position),
            "print" => ParsePrint(keyword),
            "break" => ParseJump(keyword, new Statement.Break(keyword.Position)),
            "continue" => ParseJump(keyword, new Statement.Continue(keyword.Position)),
            _ => throw _cursor.Fail($"statement '{keyword.Text}' is not supported", keyword),
        };
    }

    private Statement.If ParseIf(TemplateToken keyword)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        do
        {
            Expression condition = _expressions.ParseTuple(conditional: false);
            EndTag();
            branches.Add((condition, ParseBody()));
        }
        while (SkipKeyword("elif"));

        List<Statement> otherwise = ParseElse();
        TakeEnd("endif", keyword);
        return new Statement.If(branches, otherwise, keyword.Position);
    }

    private Statement.For ParseFor(TemplateToken keyword)
    {
        AssignmentTarget target = ParseTargets(fields: false);
        _cursor.ExpectName("in");
        Expression items = _expressions.ParseTuple(conditional: false);
        Expression? condition = _cursor.SkipName("if") ? _expressions.Parse() : null;
        bool recursive = _cursor.SkipName("recursive");
        EndTag();
        _loops++;
        List<Statement> body = ParseBody();
        _loops--;
        List<Statement> otherwise = ParseElse();
        TakeEnd("endfor", keyword);
        return new Statement.For(target, items, condition, recursive, body, otherwise, keyword.Position);
    }

    private List<Statement> ParseElse()
    {
        if (!SkipKeyword("else"))
        {
            return [];
        }

        EndTag();
        return ParseBody();
    }

    private bool SkipKeyword(string name)
    {
        if (_cursor.Current.Kind != TemplateTokenKind.StatementStart || !_cursor.Following.IsName(name))
        {
            return false;
        }

        _cursor.Take();
        _cursor.Take();
        return true;
    }

    private Statement ParseJump(TemplateToken keyword, Statement jump)
    {
        EndTag();
        return _loops > 0 ? jump : throw _cursor.Fail($"'{keyword.Text}' stands in no loop", keyword);
    }

    private Statement.Output ParsePrint(TemplateToken keyword)
    {
        Expression value = _expressions.ParseTuple();
        EndTag();
        return new Statement.Output(value, keyword.Position);
    }
}
