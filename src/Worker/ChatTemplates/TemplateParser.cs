namespace Godwit.Worker.ChatTemplates;

/// <summary>
/// Tokens to nodes. The language so far: text, output of message fields, strings and <c>bos_token</c>/<c>eos_token</c> joined by
/// <c>+</c>, and loops over <c>messages</c> that are not nested. Everything else is refused by name and place.
/// </summary>
internal sealed class TemplateParser
{
    private readonly TemplateSource _source;
    private readonly List<TemplateToken> _tokens;
    private int _next;
    private string? _loopVariable;

    private TemplateParser(TemplateSource source)
    {
        _source = source;
        _tokens = TemplateLexer.Read(source);
    }

    private TemplateToken Current => _tokens[_next];

    public static IReadOnlyList<TemplateNode> Parse(TemplateSource source)
    {
        var parser = new TemplateParser(source);
        List<TemplateNode> nodes = parser.ParseNodes();
        return parser.Current.Kind == TemplateTokenKind.End
            ? nodes
            : throw parser.Unexpected("'endfor' without 'for'", parser.Current);
    }

    /// <summary>Nodes up to the end or an <c>endfor</c>, which is left to the caller.</summary>
    private List<TemplateNode> ParseNodes()
    {
        var nodes = new List<TemplateNode>();
        while (Current.Kind != TemplateTokenKind.End)
        {
            TemplateToken token = Take();
            if (token.Kind == TemplateTokenKind.Text)
            {
                nodes.Add(new TemplateNode.Text(token.Text));
            }
            else if (token.Kind == TemplateTokenKind.OutputStart)
            {
                nodes.Add(new TemplateNode.Output(ParseExpression()));
                Expect(TemplateTokenKind.OutputEnd, "}}");
            }
            else if (Current.IsName("endfor"))
            {
                _next--;
                break;
            }
            else
            {
                nodes.Add(ParseStatement());
            }
        }

        return nodes;
    }

    private TemplateNode.ForEachMessage ParseStatement()
    {
        TemplateToken keyword = Take();
        if (!keyword.IsName("for"))
        {
            throw Unexpected($"statement '{keyword.Text}' is not supported", keyword);
        }

        if (_loopVariable is not null)
        {
            throw Unexpected("a loop within a loop is not supported", keyword);
        }

        TemplateToken variable = Expect(TemplateTokenKind.Name, "a variable");
        ExpectName("in");
        ExpectName("messages");
        Expect(TemplateTokenKind.StatementEnd, "%}");

        _loopVariable = variable.Text;
        List<TemplateNode> body = ParseNodes();
        _loopVariable = null;

        if (Current.Kind == TemplateTokenKind.End)
        {
            throw Unexpected("a 'for' has no 'endfor'", keyword);
        }

        Expect(TemplateTokenKind.StatementStart, "{%");
        ExpectName("endfor");
        Expect(TemplateTokenKind.StatementEnd, "%}");
        return new TemplateNode.ForEachMessage(variable.Text, body);
    }

    private TemplateExpression ParseExpression()
    {
        TemplateExpression left = ParseOperand();
        while (Current.IsSymbol("+"))
        {
            TemplateToken plus = Take();
            left = new TemplateExpression.Add(left, ParseOperand(), plus.Position);
        }

        return left;
    }

    private TemplateExpression ParseOperand()
    {
        TemplateToken token = Take();
        if (token.Kind == TemplateTokenKind.String)
        {
            return new TemplateExpression.Literal(token.Text, token.Position);
        }

        if (token.Kind != TemplateTokenKind.Name)
        {
            throw Unexpected($"'{token.Text}' is not supported here", token);
        }

        if (token.Text != _loopVariable)
        {
            return token.Text is TemplateRenderer.BosToken or TemplateRenderer.EosToken
                ? new TemplateExpression.Name(token.Text, token.Position)
                : throw Unexpected($"variable '{token.Text}' is not supported here", token);
        }

        TemplateToken field = ParseKey();
        return field.Text is TemplateRenderer.Role or TemplateRenderer.Content
            ? new TemplateExpression.Member(new TemplateExpression.Name(token.Text, token.Position), field.Text, field.Position)
            : throw Unexpected($"message field '{field.Text}' is not supported", field);
    }

    private TemplateToken ParseKey()
    {
        TemplateToken open = Take();
        if (open.IsSymbol("."))
        {
            return Expect(TemplateTokenKind.Name, "a field");
        }

        if (!open.IsSymbol("["))
        {
            throw Unexpected("a message is supported only with a field of it", open);
        }

        TemplateToken key = Expect(TemplateTokenKind.String, "a field");
        TemplateToken close = Take();
        return close.IsSymbol("]") ? key : throw Unexpected($"']' was expected, found '{close.Text}'", close);
    }

    private TemplateToken Take() => Current.Kind == TemplateTokenKind.End ? Current : _tokens[_next++];

    private TemplateToken Expect(TemplateTokenKind kind, string what)
    {
        TemplateToken token = Take();
        return token.Kind == kind ? token : throw Unexpected($"{what} was expected, '{token.Text}' is not supported here", token);
    }

    private void ExpectName(string name)
    {
        TemplateToken token = Take();
        if (!token.IsName(name))
        {
            throw Unexpected($"'{name}' was expected, '{token.Text}' is not supported here", token);
        }
    }

    private ChatTemplateUnsupportedException Unexpected(string what, TemplateToken token) => _source.Unsupported(what, token.Position);
}
