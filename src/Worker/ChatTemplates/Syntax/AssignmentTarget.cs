namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>Where a value goes; nested records, one for each kind.</summary>
internal abstract record AssignmentTarget
{
    /// <summary>A variable.</summary>
    public sealed record Variable(string Name) : AssignmentTarget;

    /// <summary><c>ns.field</c></summary>
    public sealed record NamespaceField(string Name, string Field, int Position) : AssignmentTarget;

    /// <summary><c>a, b</c></summary>
    public sealed record Several(IReadOnlyList<AssignmentTarget> Targets) : AssignmentTarget;

    /// <summary>The variables it sets.</summary>
    public IEnumerable<string> Names => this switch
    {
        Variable variable => [variable.Name],
        Several several => several.Targets.SelectMany(t => t.Names),
        _ => [],
    };
}
