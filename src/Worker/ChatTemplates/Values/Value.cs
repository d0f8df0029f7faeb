namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>
/// A value of the template language. A closed set of kinds with Python's meaning, since templates are written against Python's Jinja.
/// Everything but <see cref="NamespaceValue"/>, <see cref="GeneratorValue"/> and the little counters is immutable.
/// </summary>
internal abstract class Value
{
    /// <summary>Deepest nesting of lists and mappings. Building a deeper one is refused, so that walking one never is.</summary>
    public const int MaxNesting = 256;

    private protected Value()
    {
    }

    /// <summary>What Python calls the type, for messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Whether a condition takes it for true.</summary>
    public virtual bool IsTrue => true;

    /// <summary>Levels of lists and mappings in it; 0 for what holds no others.</summary>
    public virtual int Nesting => 0;

    /// <summary>The nesting of a container of these.</summary>
    /// <exception cref="TemplateFaultException">It would be over <see cref="MaxNesting"/>.</exception>
    private protected static int NestingAround(IEnumerable<Value> items)
    {
        int deepest = 0;
        foreach (Value item in items)
        {
            deepest = Math.Max(deepest, item.Nesting);
        }

        return deepest < MaxNesting
            ? deepest + 1
            : throw new TemplateFaultException($"lists and mappings are nested more than {MaxNesting} deep");
    }
}
