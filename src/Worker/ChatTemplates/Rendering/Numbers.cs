using System.Numerics;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Python's arithmetic on integers, floats and booleans.</summary>
internal static class Numbers
{
    public static bool Is(Value value) => value is IntValue or FloatValue or BoolValue;

    /// <summary>The integer that an integer or a boolean is.</summary>
    public static BigInteger? Integer(Value value) => value switch
    {
        IntValue number => number.Content,
        BoolValue flag => flag.Content ? BigInteger.One : BigInteger.Zero,
        _ => null,
    };

    public static double Float(Value value) => value is FloatValue number ? number.Content : (double)Integer(value)!.Value;

    public static bool AreEqual(Value left, Value right) =>
        Integer(left) is { } a && Integer(right) is { } b ? a == b : Float(left).Equals(Float(right)) && !double.IsNaN(Float(left));

    public static int Compare(Value left, Value right) =>
        Integer(left) is { } a && Integer(right) is { } b ? a.CompareTo(b) : Float(left).CompareTo(Float(right));

    /// <summary>The result of an arithmetic operator on two numbers.</summary>
    public static Value Apply(string sign, Value left, Value right) =>
        Integer(left) is { } a && Integer(right) is { } b ? Apply(sign, a, b) : Apply(sign, Float(left), Float(right));

    /// <summary>A number with its sign turned, or as it is.</summary>
    public static Value Signed(Value value, bool negative) => Integer(value) is { } number
        ? new IntValue(negative ? -number : number)
        : new FloatValue(negative ? -Float(value) : Float(value));

    private static Value Apply(string sign, BigInteger left, BigInteger right)
    {
        switch (sign)
        {
            case "+": return new IntValue(left + right);
            case "-": return new IntValue(left - right);
            case "*": return new IntValue(left * right);
            case "**": return Power(left, right);
        }

        if (right.IsZero)
        {
            throw new TemplateFaultException("division by zero");
        }

        // Python rounds down, .NET towards zero.
        BigInteger quotient = BigInteger.DivRem(left, right, out BigInteger rest);
        bool down = !rest.IsZero && rest.Sign != right.Sign;
        return sign switch
        {
            "/" => new FloatValue((double)left / (double)right),
            "//" => new IntValue(down ? quotient - 1 : quotient),
            _ => new IntValue(down ? rest + right : rest),
        };
    }

    private static Value Power(BigInteger left, BigInteger right)
    {
        if (right.Sign < 0)
        {
            return Apply("**", (double)left, (double)right);
        }

        if (left.IsOne || left.IsZero || left == BigInteger.MinusOne)
        {
            return new IntValue(right.IsZero || (right.IsEven && !left.IsZero) ? BigInteger.One : left);
        }

        // Refused before it is computed.
        return right * (BigInteger.Abs(left).GetBitLength() - 1) <= IntValue.MaxBits
            ? new IntValue(BigInteger.Pow(left, (int)right))
            : throw new TemplateFaultException($"an integer has more than {IntValue.MaxBits} bits");
    }

    private static FloatValue Apply(string sign, double left, double right)
    {
        if (right == 0 && (sign is "/" or "//" or "%"))
        {
            throw new TemplateFaultException("division by zero");
        }

        // Like the integers': the rest has the sign of the divisor.
        double rest = left % right;
        rest = rest == 0 ? Math.CopySign(0, right) : double.IsNegative(rest) != double.IsNegative(right) ? rest + right : rest;

        return new FloatValue(sign switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "//" => Math.Floor((left - rest) / right) is var quotient and not 0 ? quotient : Math.CopySign(0, left / right),
            "%" => rest,
            _ => Power(left, right),
        });
    }

    private static double Power(double left, double right)
    {
        double power = Math.Pow(left, right);
        return left == 0 && right < 0 ? throw new TemplateFaultException("division by zero")
            : double.IsNaN(power) && !double.IsNaN(left) && !double.IsNaN(right)
                ? throw new TemplateFaultException("a power of a negative number is no real number")
                : power;
    }
}
