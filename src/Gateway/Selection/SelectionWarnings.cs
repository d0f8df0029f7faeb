namespace Godwit.Gateway.Selection;

/// <summary>What is reported to a client of its wishes, and otherwise ignored: a few short lines, as a header can hold them.</summary>
internal sealed class SelectionWarnings
{
    private const int Most = 8;
    private const int MostCharacters = 64;
    private readonly List<string> _lines = [];
    private int _more;

    /// <summary>Things that nobody here knows.</summary>
    public int UnknownCount { get; private set; }

    /// <summary>Reports something that nobody here knows.</summary>
    /// <param name="what">What kind of thing.</param>
    /// <param name="name">Its name, as the client wrote it.</param>
    public void Unknown(string what, string name)
    {
        UnknownCount++;
        Add($"unknown {what} \"{Printable(name)}\"");
    }

    /// <summary>Reports a line of ours.</summary>
    public void Add(string line)
    {
        if (_lines.Contains(line))
        {
            return;
        }

        if (_lines.Count < Most)
        {
            _lines.Add(line);
        }
        else
        {
            _more++;
        }
    }

    /// <summary>The header's value; null when there is nothing to report.</summary>
    public string? ToHeader() =>
        _lines.Count == 0 ? null : string.Join("; ", _more > 0 ? _lines.Append($"and {_more} more") : _lines);

    /// <summary>A text of somebody else's as a header can hold it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How much of it to keep, in characters.</param>
    public static string Printable(string text, int most = MostCharacters) =>
        string.Create(Math.Min(text.Length, most), text, static (printable, from) =>
        {
            for (int i = 0; i < printable.Length; i++)
            {
                printable[i] = from[i] is >= ' ' and <= '~' and not '"' ? from[i] : '?';
            }
        });
}
