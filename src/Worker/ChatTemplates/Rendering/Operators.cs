using System.Numerics;
using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Python's operators that make a new value.</summary>
internal static class Operators
{
    /// <summary><c>left sign right</c>, other than <c>and</c>, <c>or</c> and comparisons.</summary>
    public static Value Binary(string sign, Value left, Value right, RenderBudget budget)
    {
        if (sign == "~")
        {
            return Join(PythonText.Of(left, budget), PythonText.Of(right, budget), budget);
        }

        if (Numbers.Is(left) && Numbers.Is(right))
        {
            return Numbers.Apply(sign, left, right);
        }

        return (sign, left, right) switch
        {
            (_, UndefinedValue undefined, _) => throw undefined.Fault(),
            (_, _, UndefinedValue undefined) => throw undefined.Fault(),
            ("+", StringValue a, StringValue b) => Join(a.Text, b.Text, budget),
            ("+", ListValue a, ListValue b) => new ListValue(Join(a, b, budget)),
            ("+", TupleValue a, TupleValue b) => new TupleValue(Join(a, b, budget)),
            ("*", _, _) when Numbers.Integer(right) is { } times => Repeat(left, times, budget) ?? throw Unfit(sign, left, right),
            ("*", _, _) when Numbers.Integer(left) is { } times => Repeat(right, times, budget) ?? throw Unfit(sign, left, right),
            ("%", StringValue format, _) => new StringValue(PercentFormat.Write(format.Text, right, budget)),
            _ => throw Unfit(sign, left, right),
        };
    }

    /// <summary><c>-operand</c> or <c>+operand</c></summary>
    public static Value Sign(string sign, Value operand) => operand is UndefinedValue undefined ? throw undefined.Fault()
        : Numbers.Is(operand) ? Numbers.Signed(operand, sign == "-")
        : throw new TemplateFaultException($"'{sign}' cannot be put before a value of type '{operand.TypeName}'");

    private static StringValue Join(TemplateText left, TemplateText right, RenderBudget budget)
    {
        budget.Make((long)left.Length + right.Length);
        return new StringValue(left + right);
    }

    private static List<Value> Join(SequenceValue left, SequenceValue right, RenderBudget budget)
    {
        budget.Step((long)left.Items.Count + right.Items.Count);
        return [.. left.Items, .. right.Items];
    }

    /// <summary>A text or sequence several times; null for other values.</summary>
    private static Value? Repeat(Value value, BigInteger times, RenderBudget budget)
    {
        int count = (int)BigInteger.Clamp(times, 0, int.MaxValue);
        switch (value)
        {
            case StringValue text:
                budget.Make((long)text.Content.Length * count);
                return new StringValue(TextPad.Repeat(text.Text, count));
            case ListValue or TupleValue:
                IReadOnlyList<Value> items = ((SequenceValue)value).Items;
                budget.Step((long)items.Count * count);
                List<Value> repeated = [.. Enumerable.Repeat(items, items.Count > 0 ? count : 0).SelectMany(i => i)];
                return value is ListValue ? new ListValue(repeated) : new TupleValue(repeated);
            default:
                return null;
        }
    }

    private static TemplateFaultException Unfit(string sign, Value left, Value right) => (sign, left) switch
    {
        ("+", StringValue) => new TemplateFaultException(
            $"can only concatenate a string to a string, not a value of type '{right.TypeName}'"),
        _ => new TemplateFaultException($"'{sign}' does not take values of types '{left.TypeName}' and '{right.TypeName}'"),
    };
}
