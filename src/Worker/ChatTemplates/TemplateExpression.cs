namespace Godwit.Worker.ChatTemplates;

/// <summary>An expression of a parsed template; nested records, one for each kind.</summary>
/// <param name="Position">Where it stands in the source.</param>
internal abstract record TemplateExpression(int Position)
{
    /// <summary>A string literal.</summary>
    public sealed record Literal(string Value, int Position) : TemplateExpression(Position);

    /// <summary>A variable.</summary>
    public sealed record Name(string Value, int Position) : TemplateExpression(Position);

    /// <summary><c>target.key</c> or <c>target['key']</c>.</summary>
    public sealed record Member(TemplateExpression Target, string Key, int Position) : TemplateExpression(Position);

    /// <summary><c>left + right</c></summary>
    public sealed record Add(TemplateExpression Left, TemplateExpression Right, int Position) : TemplateExpression(Position);
}
