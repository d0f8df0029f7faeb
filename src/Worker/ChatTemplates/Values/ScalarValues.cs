using System.Numerics;

namespace Godwit.Worker.ChatTemplates.Values;

/// <summary><c>none</c></summary>
internal sealed class NoneValue : Value
{
    public static readonly NoneValue Instance = new();

    private NoneValue()
    {
    }

    public override string TypeName => "NoneType";

    public override bool IsTrue => false;
}

/// <summary><c>true</c> or <c>false</c>; a number, 1 or 0, where one is needed.</summary>
internal sealed class BoolValue : Value
{
    public static readonly BoolValue True = new(true);
    public static readonly BoolValue False = new(false);

    private BoolValue(bool value) => Content = value;

    public bool Content { get; }

    public override string TypeName => "bool";

    public override bool IsTrue => Content;

    public static BoolValue Of(bool value) => value ? True : False;
}

/// <summary>An integer. Python's have no bounds; these end at <see cref="MaxBits"/>.</summary>
internal sealed class IntValue : Value
{
    /// <summary>Longest integer: about the 4300 digits that Python itself writes at most.</summary>
    public const int MaxBits = 14_284;

    /// <exception cref="TemplateFaultException">The number is too long.</exception>
    public IntValue(BigInteger value) => Content = value.GetBitLength() <= MaxBits
        ? value
        : throw new TemplateFaultException($"an integer has more than {MaxBits} bits");

    public BigInteger Content { get; }

    public override string TypeName => "int";

    public override bool IsTrue => !Content.IsZero;
}

/// <summary>A double.</summary>
internal sealed class FloatValue(double value) : Value
{
    public double Content { get; } = value;

    public override string TypeName => "float";

    public override bool IsTrue => Content != 0;
}

/// <summary>A text; its length and positions count code points, as Python's do.</summary>
internal sealed class StringValue(TemplateText value) : Value
{
    public static readonly StringValue Empty = Written("");

    /// <summary>It, with what in it came from the client.</summary>
    public TemplateText Text { get; } = value;

    public string Content => Text.Content;

    public override string TypeName => "str";

    public override bool IsTrue => Content.Length > 0;

    /// <summary>A text of the template.</summary>
    public static StringValue Written(string content) => new(TemplateText.Written(content));

    /// <summary>A text of the client.</summary>
    public static StringValue Plain(string content) => new(TemplateText.Plain(content));
}
