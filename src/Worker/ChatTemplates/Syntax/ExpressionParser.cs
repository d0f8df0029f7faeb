using System.Globalization;
using System.Numerics;
using System.Text;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>
/// Expressions, in Jinja's order of precedence: conditional, <c>or</c>, <c>and</c>, <c>not</c>, comparison, sum, <c>~</c>, product,
/// power, sign, and what is appended to an operand.
/// </summary>
internal sealed partial class ExpressionParser(TokenCursor cursor)
{
    /// <summary>Longest integer that is read; it fits into <see cref="IntValue.MaxBits"/>.</summary>
    private const int MaxDigits = 4299;

    /// <summary>An expression, or several with commas, which are a tuple.</summary>
    /// <param name="conditional">Whether <c>a if b</c> may be one of them; not where an <c>if</c> means something else.</param>
    public Expression ParseTuple(bool conditional = true)
    {
        TemplateToken start = cursor.Current;
        Expression first = ParseOne(conditional);
        if (!cursor.Current.IsSymbol(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (cursor.Skip(",") && !EndsTuple())
        {
            items.Add(ParseOne(conditional));
        }

        return new Expression.Sequence(items, IsTuple: true, start.Position);
    }

    /// <summary>One expression.</summary>
    public Expression Parse()
    {
        cursor.Enter();
        Expression value = ParseOr();
        while (cursor.Current.IsName("if"))
        {
            TemplateToken at = cursor.Take();
            Expression condition = ParseOr();
            Expression? otherwise = cursor.SkipName("else") ? Parse() : null;
            value = new Expression.Conditional(condition, value, otherwise, at.Position);
        }

        cursor.Leave();
        return value;
    }

    /// <summary>One expression without a conditional.</summary>
    public Expression ParseOr() => ParseBinary(ParseAnd, static t => t.IsName("or"));

    private Expression ParseAnd() => ParseBinary(ParseNot, static t => t.IsName("and"));

    private Expression ParseNot()
    {
        if (!cursor.Current.IsName("not"))
        {
            return ParseComparison();
        }

        cursor.Enter();
        TemplateToken not = cursor.Take();
        var negated = new Expression.Unary("not", ParseNot(), not.Position);
        cursor.Leave();
        return negated;
    }

    private Expression ParseComparison()
    {
        TemplateToken start = cursor.Current;
        Expression first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (TakeComparison() is { } comparison)
        {
            rest.Add((comparison, ParseSum()));
        }

        return rest.Count == 0 ? first : new Expression.Comparison(first, rest, start.Position);
    }

    private string? TakeComparison()
    {
        if (cursor.Current.Kind == TemplateTokenKind.Symbol && cursor.Current.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
        {
            return cursor.Take().Text;
        }

        if (cursor.SkipName("in"))
        {
            return "in";
        }

        if (!cursor.Current.IsName("not") || !cursor.Following.IsName("in"))
        {
            return null;
        }

        cursor.Take();
        cursor.Take();
        return "not in";
    }

    private Expression ParseSum() => ParseBinary(ParseConcatenation, static t => t.IsSymbol("+") || t.IsSymbol("-"));

    private Expression ParseConcatenation() => ParseBinary(ParseProduct, static t => t.IsSymbol("~"));

    private Expression ParseProduct() => ParseBinary(
        ParsePower, static t => t.IsSymbol("*") || t.IsSymbol("/") || t.IsSymbol("//") || t.IsSymbol("%"));

    // Unlike Python's, Jinja's power goes from left to right.
    private Expression ParsePower() => ParseBinary(() => ParseUnary(filters: true), static t => t.IsSymbol("**"));

    private Expression ParseBinary(Func<Expression> operand, Func<TemplateToken, bool> isOperator)
    {
        Expression left = operand();
        while (isOperator(cursor.Current))
        {
            TemplateToken symbol = cursor.Take();
            left = new Expression.Binary(symbol.Text, left, operand(), symbol.Position);
        }

        return left;
    }

    private Expression ParseUnary(bool filters)
    {
        TemplateToken token = cursor.Current;
        Expression operand;
        if (token.IsSymbol("-") || token.IsSymbol("+"))
        {
            cursor.Enter();
            cursor.Take();
            operand = new Expression.Unary(token.Text, ParseUnary(filters: false), token.Position);
            cursor.Leave();
        }
        else
        {
            operand = ParsePrimary();
        }

        operand = ParsePostfix(operand);
        return filters ? ParseFiltersAndTests(operand) : operand;
    }

    private Expression ParsePrimary()
    {
        TemplateToken token = cursor.Current;
        switch (token.Kind)
        {
            case TemplateTokenKind.Name:
                cursor.Take();
                return Named(token);
            case TemplateTokenKind.String:
                return new Expression.Literal(StringValue.Written(TakeStrings()), token.Position);
            case TemplateTokenKind.Integer:
                cursor.Take();
                return new Expression.Literal(IntegerOf(token), token.Position);
            case TemplateTokenKind.Float:
                cursor.Take();
                return new Expression.Literal(new FloatValue(double.Parse(token.Text, CultureInfo.InvariantCulture)), token.Position);
            default:
                return cursor.Skip("(") ? ParseParentheses(token)
                    : cursor.Skip("[") ? ParseList(token)
                    : cursor.Skip("{") ? ParseMapping(token)
                    : throw cursor.Unexpected("an expression");
        }
    }

    private static Expression Named(TemplateToken token) => token.Text switch
    {
        "true" or "True" => new Expression.Literal(BoolValue.True, token.Position),
        "false" or "False" => new Expression.Literal(BoolValue.False, token.Position),
        "none" or "None" => new Expression.Literal(NoneValue.Instance, token.Position),
        _ => new Expression.Name(token.Text, token.Position),
    };

    private IntValue IntegerOf(TemplateToken token) => token.Text.Length <= MaxDigits
        ? new IntValue(BigInteger.Parse(token.Text, CultureInfo.InvariantCulture))
        : throw cursor.Fail($"an integer has more than {MaxDigits} digits", token);

    // Neighbouring literals are one text.
    private string TakeStrings()
    {
        string first = cursor.Take().Text;
        if (cursor.Current.Kind != TemplateTokenKind.String)
        {
            return first;
        }

        var text = new StringBuilder(first);
        while (cursor.Current.Kind == TemplateTokenKind.String)
        {
            text.Append(cursor.Take().Text);
        }

        return text.ToString();
    }

    private Expression ParseParentheses(TemplateToken open)
    {
        if (cursor.Skip(")"))
        {
            return new Expression.Sequence([], IsTuple: true, open.Position);
        }

        Expression content = ParseTuple();
        cursor.ExpectSymbol(")");
        return content;
    }

    private Expression.Sequence ParseList(TemplateToken open)
    {
        var items = new List<Expression>();
        while (!cursor.Skip("]"))
        {
            items.Add(Parse());
            if (!cursor.Current.IsSymbol("]"))
            {
                cursor.ExpectSymbol(",");
            }
        }

        return new Expression.Sequence(items, IsTuple: false, open.Position);
    }

    private Expression.Mapping ParseMapping(TemplateToken open)
    {
        var entries = new List<(Expression, Expression)>();
        while (!cursor.Skip("}"))
        {
            Expression key = Parse();
            cursor.ExpectSymbol(":");
            entries.Add((key, Parse()));
            if (!cursor.Current.IsSymbol("}"))
            {
                cursor.ExpectSymbol(",");
            }
        }

        return new Expression.Mapping(entries, open.Position);
    }

    private Expression ParseOne(bool conditional) => conditional ? Parse() : ParseOr();

    private bool EndsTuple() =>
        cursor.Current.Kind is TemplateTokenKind.StatementEnd or TemplateTokenKind.OutputEnd
        || cursor.Current.IsSymbol(")") || cursor.Current.IsSymbol("=") || cursor.Current.IsName("in");
}
