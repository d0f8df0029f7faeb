using Godwit.Worker.ChatTemplates.Syntax;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Puts values into variables and fields of namespaces.</summary>
internal static class Assignment
{
    public static void Assign(AssignmentTarget target, Value value, Scope scope, RenderBudget budget)
    {
        switch (target)
        {
            case AssignmentTarget.Variable variable:
                scope.Set(variable.Name, value);
                break;
            case AssignmentTarget.NamespaceField field:
                NamespaceValue fields = scope.Get(field.Name) as NamespaceValue
                    ?? throw new TemplateFaultException($"'{field.Name}' is no namespace: its field '{field.Field}' cannot be set");
                fields.Fields[field.Field] = value;
                break;
            case AssignmentTarget.Several several:
                IReadOnlyList<Value> items = Sequences.Items(value, budget);
                if (items.Count != several.Targets.Count)
                {
                    throw new TemplateFaultException($"{several.Targets.Count} items were expected to unpack, there are {items.Count}");
                }

                for (int i = 0; i < items.Count; i++)
                {
                    Assign(several.Targets[i], items[i], scope, budget);
                }

                break;
        }
    }
}
