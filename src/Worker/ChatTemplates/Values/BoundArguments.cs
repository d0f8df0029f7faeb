namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>Arguments by the place of their parameter, with typed reads.</summary>
internal readonly struct BoundArguments(string function, string[] parameters, Value?[] values)
{
    /// <summary>An argument; null when it was not given.</summary>
    public Value? this[int place] => values[place];

    /// <summary>An argument that has to be there.</summary>
    public Value Required(int place) =>
        values[place] ?? throw new TemplateFaultException($"{function}() misses its argument '{parameters[place]}'");

    /// <summary>A text that has to be there.</summary>
    public TemplateText Text(int place) => Required(place) is StringValue text ? text.Text : throw WrongType(place, "a string");

    /// <summary>A text; the default when it was not given or is none.</summary>
    public TemplateText? Text(int place, TemplateText? missing) => values[place] switch
    {
        null or NoneValue => missing,
        StringValue text => text.Text,
        _ => throw WrongType(place, "a string"),
    };

    /// <summary>An integer; the default when it was not given or is none. What does not fit becomes the nearest that does.</summary>
    public int Integer(int place, int missing) => values[place] switch
    {
        null or NoneValue => missing,
        BoolValue flag => flag.Content ? 1 : 0,
        IntValue number => (int)System.Numerics.BigInteger.Clamp(number.Content, int.MinValue, int.MaxValue),
        _ => throw WrongType(place, "an integer"),
    };

    /// <summary>A condition; false when it was not given.</summary>
    public bool Flag(int place, bool missing = false) => values[place]?.IsTrue ?? missing;

    private TemplateFaultException WrongType(int place, string expected) => new(
        $"{function}() needs {expected} as '{parameters[place]}', not a value of type '{values[place]!.TypeName}'");
}
