namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>A macro, or the body of a call block.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Parameters with their defaults, which are computed anew for every call.</param>
/// <param name="Body">What it renders.</param>
internal sealed record MacroDefinition(
    string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body)
{
    /// <summary>Whether it takes arguments beyond its parameters: its body reads <c>varargs</c>.</summary>
    public bool TakesMore { get; } = Reads(Body, "varargs");

    /// <summary>Whether it takes further named arguments: its body reads <c>kwargs</c>.</summary>
    public bool TakesMoreKeywords { get; } = Reads(Body, "kwargs");

    public IEnumerable<SyntaxNode> Children => [.. Parameters.Select(p => p.Default).OfType<Expression>(), .. Body];

    private static bool Reads(IReadOnlyList<Statement> body, string name) =>
        SyntaxNode.All(body).Any(node => node is Expression.Name read && read.Value == name);
}
