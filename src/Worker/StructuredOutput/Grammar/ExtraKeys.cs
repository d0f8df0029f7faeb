namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Property names that an object has so far and that its schema does not name. Immutable.</summary>
internal sealed class ExtraKeys
{
    private readonly ExtraKeys? _earlier;
    private readonly string _last;

    private ExtraKeys(ExtraKeys? earlier, string last, int count)
    {
        _earlier = earlier;
        _last = last;
        Count = count;
    }

    /// <summary>No names.</summary>
    public static ExtraKeys None { get; } = new(null, "", 0);

    /// <summary>Names that are not looked at: a mask computed with them holds only until the next such name ends.</summary>
    public static ExtraKeys Unknown { get; } = new(null, "", -1);

    /// <summary>How many there are; −1 for <see cref="Unknown"/>.</summary>
    public int Count { get; }

    /// <summary>The names with one more.</summary>
    public ExtraKeys With(string name) => new(this, name, Count + 1);

    /// <summary>True when the name is there.</summary>
    public bool Contains(string name) => All().Contains(name, StringComparer.Ordinal);

    /// <summary>The names that begin with the given text.</summary>
    public IEnumerable<string> StartingWith(string text) => All().Where(n => n.StartsWith(text, StringComparison.Ordinal));

    /// <summary>True when both hold the same names in the same order.</summary>
    public bool SameAs(ExtraKeys other)
    {
        ExtraKeys? x = this;
        ExtraKeys? y = other;
        while (x is not null && y is not null && !ReferenceEquals(x, y))
        {
            if (x.Count != y.Count || x._last != y._last)
            {
                return false;
            }

            (x, y) = (x._earlier, y._earlier);
        }

        return ReferenceEquals(x, y);
    }

    private IEnumerable<string> All()
    {
        for (ExtraKeys keys = this; keys._earlier is not null; keys = keys._earlier)
        {
            yield return keys._last;
        }
    }
}
