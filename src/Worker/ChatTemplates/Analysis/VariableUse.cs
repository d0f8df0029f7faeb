using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Syntax;

namespace Godwit.Worker.ChatTemplates.Analysis;

/// <summary>Finds the variables of a template that it expects from outside.</summary>
internal static class VariableUse
{
    private static readonly HashSet<string> OwnNames = new(StringComparer.Ordinal) { "loop", "caller", "varargs", "kwargs" };

    /// <summary>
    /// The names that are read and never assigned, and those that are assigned only for want of a value: the template asks whether
    /// they are defined. Special tokens and what the server sets are not among them.
    /// </summary>
    public static IReadOnlySet<string> Find(IReadOnlyList<Statement> template)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var assigned = new HashSet<string>(StringComparer.Ordinal);
        var bound = new HashSet<string>(StringComparer.Ordinal);
        foreach (SyntaxNode node in SyntaxNode.All(template))
        {
            if (node is Expression.Name name)
            {
                read.Add(name.Value);
            }

            if (Asked(node) is { } candidate)
            {
                asked.Add(candidate);
            }

            assigned.UnionWith(Assigned(node));
            bound.UnionWith(Bound(node));
        }

        assigned.ExceptWith(asked);
        read.ExceptWith(assigned);
        read.ExceptWith(bound);
        read.ExceptWith(OwnNames);
        read.ExceptWith(GlobalFunctions.Names);
        read.ExceptWith(ChatTemplateInput.Reserved);
        read.RemoveWhere(SpecialTokenVariables.IsName);
        return read;
    }

    private static string? Asked(SyntaxNode node) => node switch
    {
        Expression.Test { TestName: "defined" or "undefined", Target: Expression.Name name } => name.Value,
        Expression.Filter { Use.Name: "default" or "d", Target: Expression.Name name } => name.Value,
        _ => null,
    };

    private static IEnumerable<string> Assigned(SyntaxNode node) => node switch
    {
        Statement.Set set => set.Target.Names,
        Statement.SetBlock set => set.Target.Names,
        _ => [],
    };

    private static IEnumerable<string> Bound(SyntaxNode node) => node switch
    {
        Statement.For loop => loop.Target.Names,
        Statement.With with => with.Variables.SelectMany(v => v.Target.Names),
        Statement.Macro macro => macro.Definition.Parameters.Select(p => p.Name).Append(macro.Definition.Name),
        Statement.CallBlock call => call.Caller.Parameters.Select(p => p.Name),
        _ => [],
    };
}
