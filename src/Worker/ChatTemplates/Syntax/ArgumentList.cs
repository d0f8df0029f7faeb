namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>The arguments of a call as they are written.</summary>
/// <param name="Positional">Arguments by place.</param>
/// <param name="Keyword">Arguments by name.</param>
/// <param name="Spread"><c>*items</c>, further ones by place.</param>
/// <param name="SpreadKeyword"><c>**mapping</c>, further ones by name.</param>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional,
    IReadOnlyList<(string Name, Expression Value)> Keyword,
    Expression? Spread = null,
    Expression? SpreadKeyword = null)
{
    public static readonly ArgumentList None = new([], []);

    public bool IsEmpty => Positional.Count == 0 && Keyword.Count == 0 && Spread is null && SpreadKeyword is null;

    public IEnumerable<Expression> Expressions =>
        [.. Positional, .. Keyword.Select(k => k.Value), .. new[] { Spread, SpreadKeyword }.OfType<Expression>()];
}

/// <summary>A filter with its arguments: <c>name(arguments)</c>.</summary>
internal sealed record FilterCall(string Name, ArgumentList Arguments, int Position);
