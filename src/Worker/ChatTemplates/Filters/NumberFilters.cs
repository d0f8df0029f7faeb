using System.Numerics;
using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Methods;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>Filters that give a number.</summary>
internal static class NumberFilters
{
    public static Value Abs(Value value, CallArguments arguments, RenderBudget budget)
    {
        arguments.Bind("abs");
        Value number = Number(value, "abs");
        return Numbers.Signed(number, Numbers.Integer(number)?.Sign < 0 || (number is FloatValue f && double.IsNegative(f.Content)));
    }

    /// <summary>An integer; the default, 0, when the value is none.</summary>
    public static Value Int(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("int", "default", "base");
        Value missing = bound[0] ?? new IntValue(0);
        switch (value)
        {
            case UndefinedValue undefined:
                throw undefined.Fault();
            case StringValue text:
                budget.Scan(text.Content.Length);
                return PythonNumber.ReadInteger(text.Content, Math.Clamp(bound.Integer(1, 10), 2, 36)) is { } integer
                    ? new IntValue(integer)
                    : PythonNumber.ReadFloat(text.Content) is { } fraction ? Truncated(fraction, missing) : missing;
            case FloatValue number:
                return Truncated(number.Content, missing);
            default:
                return Numbers.Integer(value) is { } whole ? new IntValue(whole) : missing;
        }
    }

    /// <summary>A float; the default, 0.0, when the value is none.</summary>
    public static Value Float(Value value, CallArguments arguments, RenderBudget budget)
    {
        Value missing = arguments.Bind("float", "default")[0] ?? new FloatValue(0);
        return value switch
        {
            UndefinedValue undefined => throw undefined.Fault(),
            StringValue text => PythonNumber.ReadFloat(text.Content) is { } number ? new FloatValue(number) : missing,
            _ => Numbers.Is(value) ? new FloatValue(Numbers.Float(value)) : missing,
        };
    }

    public static Value Round(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("round", "precision", "method");
        int precision = Math.Clamp(bound.Integer(0, 0), -300, 300);
        Value number = Number(value, "round");
        switch (bound.Text(1, null)?.Content)
        {
            case null or "common":
                return number is FloatValue ? new FloatValue(Nearest(Numbers.Float(number), precision)) : Whole(number, precision);
            case "ceil":
                return new FloatValue(Math.Ceiling(Numbers.Float(number) * Math.Pow(10, precision)) / Math.Pow(10, precision));
            case "floor":
                return new FloatValue(Math.Floor(Numbers.Float(number) * Math.Pow(10, precision)) / Math.Pow(10, precision));
            default:
                throw new TemplateFaultException("round() knows the methods 'common', 'ceil' and 'floor'");
        }
    }

    public static Value Sum(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("sum", "attribute", "start");
        Value sum = bound[1] ?? new IntValue(0);
        foreach (Value item in Sequences.Items(value, budget))
        {
            sum = Operators.Binary("+", sum, bound[0] is null or NoneValue ? item : Members.GetPath(item, bound[0]!, budget), budget);
        }

        return sum;
    }

    private static Value Truncated(double number, Value missing) =>
        double.IsFinite(number) ? new IntValue(new BigInteger(number)) : missing;

    // Halves go to the even neighbour, as Python's do.
    private static double Nearest(double number, int precision)
    {
        if (precision is >= 0 and <= 15)
        {
            return Math.Round(number, precision, MidpointRounding.ToEven);
        }

        return precision > 0 ? number : Math.Round(number / Math.Pow(10, -precision), MidpointRounding.ToEven) * Math.Pow(10, -precision);
    }

    private static IntValue Whole(Value number, int precision)
    {
        BigInteger whole = Numbers.Integer(number)!.Value;
        if (precision >= 0)
        {
            return new IntValue(whole);
        }

        BigInteger unit = BigInteger.Pow(10, -precision);
        BigInteger down = whole - (((whole % unit) + unit) % unit);
        BigInteger twice = 2 * (whole - down);
        bool up = twice > unit || (twice == unit && !(down / unit).IsEven);
        return new IntValue(up ? down + unit : down);
    }

    private static Value Number(Value value, string filter) => value is UndefinedValue undefined ? throw undefined.Fault()
        : Numbers.Is(value) ? value
        : throw new TemplateFaultException($"filter '{filter}' needs a number, not a value of type '{value.TypeName}'");
}
