using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Equality, order and membership, as Python's operators have them.</summary>
internal static class Comparer
{
    /// <summary><c>left == right</c>; values of kinds that do not compare are not equal.</summary>
    public static bool AreEqual(Value left, Value right, RenderBudget budget)
    {
        budget.Step();
        switch (left, right)
        {
            case (StringValue a, StringValue b):
                budget.Scan(Math.Min(a.Content.Length, b.Content.Length));
                return a.Content == b.Content;
            case (UndefinedValue, UndefinedValue):
                return true;
            case (TupleValue, ListValue) or (ListValue, TupleValue):
                return false;
            case (SequenceValue a, SequenceValue b):
                return a.Items.Count == b.Items.Count && !a.Items.Where((item, i) => !AreEqual(item, b.Items[i], budget)).Any();
            case (DictValue a, DictValue b):
                return a.Entries.Count == b.Entries.Count
                    && a.Entries.All(e => b.Find(e.Key) is { } other && AreEqual(e.Value, other, budget));
            default:
                return Numbers.Is(left) && Numbers.Is(right) ? Numbers.AreEqual(left, right) : ReferenceEquals(left, right);
        }
    }

    /// <summary>Below 0, 0 or above 0, for <c>&lt;</c> and sorting.</summary>
    /// <exception cref="TemplateFaultException">The values have no order.</exception>
    public static int Compare(Value left, Value right, RenderBudget budget)
    {
        budget.Step();
        switch (left, right)
        {
            case (StringValue a, StringValue b):
                budget.Scan(Math.Min(a.Content.Length, b.Content.Length));
                return CodePoints.Compare(a.Content, b.Content);
            case (ListValue a, ListValue b):
                return CompareItems(a.Items, b.Items, budget);
            case (TupleValue a, TupleValue b):
                return CompareItems(a.Items, b.Items, budget);
            case (UndefinedValue undefined, _):
                throw undefined.Fault();
            case (_, UndefinedValue undefined):
                throw undefined.Fault();
            default:
                return Numbers.Is(left) && Numbers.Is(right)
                    ? Numbers.Compare(left, right)
                    : throw new TemplateFaultException(
                        $"values of types '{left.TypeName}' and '{right.TypeName}' have no order");
        }
    }

    /// <summary>The result of a comparison operator.</summary>
    public static bool Holds(string comparison, Value left, Value right, RenderBudget budget)
    {
        switch (comparison)
        {
            case "==": return AreEqual(left, right, budget);
            case "!=": return !AreEqual(left, right, budget);
            case "in": return Contains(right, left, budget);
            case "not in": return !Contains(right, left, budget);
        }

        // Nothing is below, above or equal to not-a-number.
        if (left is FloatValue { Content: double.NaN } || right is FloatValue { Content: double.NaN })
        {
            return false;
        }

        int order = Compare(left, right, budget);
        return comparison switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    /// <summary><c>item in container</c></summary>
    public static bool Contains(Value container, Value item, RenderBudget budget)
    {
        switch (container)
        {
            case StringValue text:
                string part = item is StringValue s ? s.Content : throw new TemplateFaultException(
                    $"'in' looks for a string in a string, not for a value of type '{item.TypeName}'");
                return TextSearch.IndexOf(text.Content, part, 0, budget) >= 0;
            case DictValue mapping:
                return mapping.Find(item) is not null;
            case SequenceValue sequence:
                return sequence.Items.Any(i => AreEqual(i, item, budget));
            case GeneratorValue generator:
                return generator.TakeAll().Any(i => AreEqual(i, item, budget));
            case NamespaceValue or UndefinedValue:
                return false;
            default:
                throw new TemplateFaultException($"'in' cannot look into a value of type '{container.TypeName}'");
        }
    }

    private static int CompareItems(IReadOnlyList<Value> left, IReadOnlyList<Value> right, RenderBudget budget)
    {
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!AreEqual(left[i], right[i], budget))
            {
                return Compare(left[i], right[i], budget);
            }
        }

        return left.Count.CompareTo(right.Count);
    }
}
