namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>What is appended to an operand: fields, items, slices, calls, filters and tests.</summary>
internal sealed partial class ExpressionParser
{
    /// <summary>The arguments of a call, its opening parenthesis being next.</summary>
    public ArgumentList ParseArguments()
    {
        cursor.ExpectSymbol("(");
        var positional = new List<Expression>();
        var keyword = new List<(string, Expression)>();
        Expression? spread = null;
        Expression? spreadKeyword = null;
        while (!cursor.Skip(")"))
        {
            TemplateToken start = cursor.Current;
            if (cursor.Skip("*"))
            {
                spread = spread is null ? Parse() : throw cursor.Fail("a second '*'", start);
            }
            else if (cursor.Skip("**"))
            {
                spreadKeyword = spreadKeyword is null ? Parse() : throw cursor.Fail("a second '**'", start);
            }
            else if (start.Kind == TemplateTokenKind.Name && cursor.Following.IsSymbol("="))
            {
                cursor.Take();
                cursor.Take();
                keyword.Add((start.Text, Parse()));
            }
            else if (keyword.Count > 0 || spreadKeyword is not null)
            {
                throw cursor.Fail("an argument without a name follows one with a name", start);
            }
            else
            {
                positional.Add(Parse());
            }

            if (!cursor.Current.IsSymbol(")"))
            {
                cursor.ExpectSymbol(",");
            }
        }

        return new ArgumentList(positional, keyword, spread, spreadKeyword);
    }

    /// <summary>A filter's name and arguments, its bar being taken.</summary>
    public FilterCall ParseFilter()
    {
        TemplateToken name = cursor.Expect(TemplateTokenKind.Name, "a filter");
        return new FilterCall(
            DottedName(name), cursor.Current.IsSymbol("(") ? ParseArguments() : ArgumentList.None, name.Position);
    }

    private Expression ParsePostfix(Expression operand)
    {
        while (true)
        {
            TemplateToken token = cursor.Current;
            if (cursor.Skip("."))
            {
                operand = ParseField(operand, token);
            }
            else if (cursor.Skip("["))
            {
                operand = ParseItem(operand, token);
            }
            else if (token.IsSymbol("("))
            {
                operand = new Expression.Call(operand, ParseArguments(), token.Position);
            }
            else
            {
                return operand;
            }
        }
    }

    private Expression ParseFiltersAndTests(Expression operand)
    {
        while (true)
        {
            TemplateToken token = cursor.Current;
            if (cursor.Skip("|"))
            {
                operand = new Expression.Filter(operand, ParseFilter(), token.Position);
            }
            else if (cursor.SkipName("is"))
            {
                operand = ParseTest(operand, token);
            }
            else if (token.IsSymbol("("))
            {
                operand = new Expression.Call(operand, ParseArguments(), token.Position);
            }
            else
            {
                return operand;
            }
        }
    }

    private Expression ParseField(Expression target, TemplateToken dot)
    {
        TemplateToken field = cursor.Take();
        return field.Kind switch
        {
            TemplateTokenKind.Name => new Expression.Member(target, field.Text, dot.Position),
            TemplateTokenKind.Integer => new Expression.Item(
                target, new Expression.Literal(IntegerOf(field), field.Position), dot.Position),
            _ => throw cursor.Fail($"a field was expected after '.', found '{field.Text}'", field),
        };
    }

    private Expression ParseItem(Expression target, TemplateToken open)
    {
        Expression? start = cursor.Current.IsSymbol(":") ? null : ParseTuple();
        if (start is not null && cursor.Skip("]"))
        {
            return new Expression.Item(target, start, open.Position);
        }

        cursor.ExpectSymbol(":");
        Expression? stop = SliceBound();
        Expression? step = cursor.Skip(":") ? SliceBound() : null;
        cursor.ExpectSymbol("]");
        return new Expression.Slice(target, start, stop, step, open.Position);
    }

    private Expression? SliceBound() => cursor.Current.IsSymbol(":") || cursor.Current.IsSymbol("]") ? null : Parse();

    private Expression ParseTest(Expression operand, TemplateToken at)
    {
        bool negated = cursor.SkipName("not");
        string name = DottedName(cursor.Expect(TemplateTokenKind.Name, "a test"));
        ArgumentList arguments = cursor.Current.IsSymbol("(") ? ParseArguments()
            : TakesOperand(cursor.Current) ? new ArgumentList([ParsePostfix(ParsePrimary())], [])
            : ArgumentList.None;
        Expression test = new Expression.Test(operand, name, arguments, at.Position);
        return negated ? new Expression.Unary("not", test, at.Position) : test;
    }

    // A test's only argument may stand without parentheses: "a is divisibleby 3".
    private static bool TakesOperand(TemplateToken token) => token.Kind switch
    {
        TemplateTokenKind.Name => token.Text is not ("else" or "or" or "and" or "if" or "in" or "not" or "is" or "recursive"),
        TemplateTokenKind.String or TemplateTokenKind.Integer or TemplateTokenKind.Float => true,
        TemplateTokenKind.Symbol => token.Text is "[" or "{",
        _ => false,
    };

    private string DottedName(TemplateToken first)
    {
        string name = first.Text;
        while (cursor.Skip("."))
        {
            name += "." + cursor.Expect(TemplateTokenKind.Name, "a name").Text;
        }

        return name;
    }
}
