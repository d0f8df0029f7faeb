namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>The arguments of a call.</summary>
internal sealed record CallArguments(IReadOnlyList<Value> Positional, IReadOnlyDictionary<string, Value> Keyword)
{
    private static readonly Dictionary<string, Value> NoKeywords = [];

    public static readonly CallArguments None = new([]);

    public CallArguments(IReadOnlyList<Value> positional)
        : this(positional, NoKeywords)
    {
    }

    /// <summary>Assigns them to parameters.</summary>
    /// <exception cref="TemplateFaultException">There are too many, unknown ones, or one twice.</exception>
    public BoundArguments Bind(string function, params string[] parameters)
    {
        if (Positional.Count > parameters.Length)
        {
            throw new TemplateFaultException($"{function}() takes at most {parameters.Length} arguments, {Positional.Count} were given");
        }

        var bound = new Value?[parameters.Length];
        for (int i = 0; i < Positional.Count; i++)
        {
            bound[i] = Positional[i];
        }

        foreach ((string name, Value value) in Keyword)
        {
            int at = Array.IndexOf(parameters, name);
            if (at < 0)
            {
                throw new TemplateFaultException($"{function}() has no parameter '{name}'");
            }

            if (bound[at] is not null)
            {
                throw new TemplateFaultException($"{function}() was given '{name}' twice");
            }

            bound[at] = value;
        }

        return new BoundArguments(function, parameters, bound);
    }
}
