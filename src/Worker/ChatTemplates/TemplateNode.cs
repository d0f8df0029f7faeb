namespace Godwit.Worker.ChatTemplates;

/// <summary>A statement of a parsed template; nested records, one for each kind.</summary>
internal abstract record TemplateNode
{
    /// <summary>Literal text.</summary>
    public sealed record Text(string Value) : TemplateNode;

    /// <summary><c>{{ expression }}</c></summary>
    public sealed record Output(TemplateExpression Value) : TemplateNode;

    /// <summary><c>{% for variable in messages %}body{% endfor %}</c></summary>
    public sealed record ForEachMessage(string Variable, IReadOnlyList<TemplateNode> Body) : TemplateNode;
}
