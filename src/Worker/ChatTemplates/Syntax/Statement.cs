namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>A statement; nested records, one for each kind.</summary>
internal abstract record Statement(int Position) : SyntaxNode(Position)
{
    /// <summary>Literal text.</summary>
    public sealed record Text(string Value, int Position) : Statement(Position);

    /// <summary><c>{{ expression }}</c></summary>
    public sealed record Output(Expression Value, int Position) : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Value];
    }

    /// <summary><c>{% if … %}{% elif … %}{% else %}{% endif %}</c></summary>
    public sealed record If(IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Otherwise, int Position)
        : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children =>
            [.. Branches.SelectMany(b => b.Body.Prepend<SyntaxNode>(b.Condition)), .. Otherwise];
    }

    /// <summary><c>{% for target in items if condition recursive %}{% else %}{% endfor %}</c></summary>
    public sealed record For(
        AssignmentTarget Target, Expression Items, Expression? Condition, bool Recursive, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Otherwise, int Position)
        : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Items, .. Optional(Condition), .. Body, .. Otherwise];
    }

    /// <summary><c>{% set target = value %}</c></summary>
    public sealed record Set(AssignmentTarget Target, Expression Value, int Position) : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Value];
    }

    /// <summary><c>{% set target | filters %}body{% endset %}</c></summary>
    public sealed record SetBlock(AssignmentTarget Target, IReadOnlyList<FilterCall> Filters, IReadOnlyList<Statement> Body, int Position)
        : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [.. Filters.SelectMany(f => f.Arguments.Expressions), .. Body];
    }

    /// <summary><c>{% filter filters %}body{% endfilter %}</c></summary>
    public sealed record FilterBlock(IReadOnlyList<FilterCall> Filters, IReadOnlyList<Statement> Body, int Position) : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [.. Filters.SelectMany(f => f.Arguments.Expressions), .. Body];
    }

    /// <summary><c>{% macro name(parameters) %}body{% endmacro %}</c></summary>
    public sealed record Macro(MacroDefinition Definition, int Position) : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => Definition.Children;
    }

    /// <summary><c>{% call(parameters) macro(…) %}body{% endcall %}</c></summary>
    public sealed record CallBlock(Expression.Call Call, MacroDefinition Caller, int Position) : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [Call, .. Caller.Children];
    }

    /// <summary>
    /// A body with variables of its own: <c>{% with name = value %}</c>, and, without any, <c>{% generation %}</c>, which marks the
    /// assistant's text for training.
    /// </summary>
    public sealed record With(IReadOnlyList<(AssignmentTarget Target, Expression Value)> Variables, IReadOnlyList<Statement> Body, int Position)
        : Statement(Position)
    {
        public override IEnumerable<SyntaxNode> Children => [.. Variables.Select(v => v.Value), .. Body];
    }

    /// <summary><c>{% break %}</c></summary>
    public sealed record Break(int Position) : Statement(Position);

    /// <summary><c>{% continue %}</c></summary>
    public sealed record Continue(int Position) : Statement(Position);

    private static IEnumerable<Expression> Optional(Expression? expression) => expression is null ? [] : [expression];
}
