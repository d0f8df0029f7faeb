namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; the value of a string literal.</param>
/// <param name="Position">Where it stands in the source, in UTF-16 units.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, int Position)
{
    public bool IsName(string name) => Kind == TemplateTokenKind.Name && Text == name;

    public bool IsSymbol(string symbol) => Kind == TemplateTokenKind.Symbol && Text == symbol;
}
