using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>An expression; nested records, one for each kind.</summary>
internal abstract record Expression(int Position) : SyntaxNode(Position)
{
    /// <summary>A literal of a text, number, boolean or none.</summary>
    public sealed record Literal(Value Value, int Position) : Expression(Position);

    /// <summary>A variable.</summary>
    public sealed record Name(string Value, int Position) : Expression(Position);

    /// <summary><c>[a, b]</c>, or <c>(a, b)</c>.</summary>
    public sealed record Sequence(IReadOnlyList<Expression> Items, bool IsTuple, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => Items;
    }

    /// <summary><c>{key: value}</c></summary>
    public sealed record Mapping(IReadOnlyList<(Expression Key, Expression Value)> Entries, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => Entries.SelectMany(e => new[] { e.Key, e.Value });
    }

    /// <summary><c>target.name</c></summary>
    public sealed record Member(Expression Target, string Key, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Target];
    }

    /// <summary><c>target[key]</c></summary>
    public sealed record Item(Expression Target, Expression Key, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Target, Key];
    }

    /// <summary><c>target[start:stop:step]</c></summary>
    public sealed record Slice(Expression Target, Expression? Start, Expression? Stop, Expression? Step, int Position)
        : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => new[] { Target, Start, Stop, Step }.OfType<Expression>();
    }

    /// <summary><c>target(arguments)</c></summary>
    public sealed record Call(Expression Target, ArgumentList Arguments, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Target, .. Arguments.Expressions];
    }

    /// <summary><c>target | name(arguments)</c></summary>
    public sealed record Filter(Expression Target, FilterCall Use, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Target, .. Use.Arguments.Expressions];
    }

    /// <summary><c>target is name(arguments)</c></summary>
    public sealed record Test(Expression Target, string TestName, ArgumentList Arguments, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Target, .. Arguments.Expressions];
    }

    /// <summary><c>-a</c>, <c>+a</c> or <c>not a</c></summary>
    public sealed record Unary(string Operator, Expression Operand, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Operand];
    }

    /// <summary>Arithmetic, <c>~</c>, and <c>and</c> and <c>or</c>, which leave their right side alone where the left decides.</summary>
    public sealed record Binary(string Operator, Expression Left, Expression Right, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Left, Right];
    }

    /// <summary><c>a &lt; b</c>, and chains: <c>a &lt; b &lt; c</c> asks for both.</summary>
    public sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, int Position)
        : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [First, .. Rest.Select(r => r.Operand)];
    }

    /// <summary><c>then if condition else otherwise</c>; without <c>else</c> it is undefined.</summary>
    public sealed record Conditional(Expression Condition, Expression Then, Expression? Otherwise, int Position) : Expression(Position)
    {
        public override IEnumerable<SyntaxNode> Children => new[] { Condition, Then, Otherwise }.OfType<Expression>();
    }
}
