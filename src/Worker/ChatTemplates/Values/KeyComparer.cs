using System.Numerics;

namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>Equality of keys: <c>1</c>, <c>1.0</c> and <c>true</c> are one key, as in Python.</summary>
internal sealed class KeyComparer : IEqualityComparer<Value>
{
    public static readonly KeyComparer Instance = new();

    private KeyComparer()
    {
    }

    /// <summary>Whether a value may be a key.</summary>
    public static bool IsKey(Value value) => value is StringValue or IntValue or BoolValue or FloatValue or NoneValue;

    public bool Equals(Value? left, Value? right) => (left, right) switch
    {
        (StringValue a, StringValue b) => a.Content == b.Content,
        (NoneValue, NoneValue) => true,
        (not null, not null) => Integral(left) is { } a && Integral(right) is { } b
            ? a == b
            : left is FloatValue f && right is FloatValue g && f.Content.Equals(g.Content),
        _ => false,
    };

    public int GetHashCode(Value value) => value switch
    {
        StringValue text => text.Content.GetHashCode(StringComparison.Ordinal),
        NoneValue => 0,
        _ => Integral(value) is { } number ? number.GetHashCode() : ((FloatValue)value).Content.GetHashCode(),
    };

    private static BigInteger? Integral(Value value) => value switch
    {
        IntValue number => number.Content,
        BoolValue flag => flag.Content ? BigInteger.One : BigInteger.Zero,
        FloatValue number when double.IsInteger(number.Content) => new BigInteger(number.Content),
        _ => null,
    };
}
