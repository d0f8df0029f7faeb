using System.Text;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>A .NET pattern while it is written: its sets become classes of letters once all of them are known.</summary>
internal sealed class LetterPattern
{
    private readonly List<CodePointSet> _sets = [];

    // Text to take as it is, or null and the number of the set to match a letter of.
    private readonly List<(string? Text, int Set)> _parts = [];

    /// <summary>How many parts there are: the place of the next.</summary>
    public int Count => _parts.Count;

    public void Add(string text) => _parts.Add((text, -1));

    public void Add(CodePointSet set)
    {
        _parts.Add((null, _sets.Count));
        _sets.Add(set);
    }

    public void Add(string before, CodePointSet set, string after)
    {
        Add(before);
        Add(set);
        Add(after);
    }

    /// <summary>Puts text around what stands from <paramref name="place"/> on.</summary>
    public void Wrap(int place, string opening, string closing)
    {
        _parts.Insert(place, (opening, -1));
        Add(closing);
    }

    /// <returns>The pattern, and the letters it is about.</returns>
    public (string Pattern, CodePointAlphabet Alphabet) Spell()
    {
        var alphabet = new CodePointAlphabet(_sets);
        var text = new StringBuilder();
        foreach ((string? part, int set) in _parts)
        {
            text.Append(part ?? alphabet.ClassOf(set));
        }

        return (text.ToString(), alphabet);
    }
}
