using System.Text;
using System.Text.Json;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>What to look for in text: a fixed string or a regular expression. Immutable.</summary>
internal sealed class TextPattern
{
    private readonly string _text;
    private readonly CodePointRegex? _regex;

    private TextPattern(string text, CodePointRegex? regex)
    {
        _text = text;
        _regex = regex;
    }

    /// <param name="text">To be found as it is; an empty one is found before and after every character.</param>
    public static TextPattern FromText(string text) => new(text, text.Length == 0 ? new CodePointRegex("") : null);

    public static TextPattern FromRegex(string pattern) => new(pattern, new CodePointRegex(pattern));

    /// <summary>Reads <c>"pattern": {"String": …}</c> or <c>{"Regex": …}</c> of a step.</summary>
    public static TextPattern Read(JsonElement step)
    {
        JsonElement pattern = step.Required("pattern", JsonValueKind.Object);
        return pattern.Optional("Regex") is { } regex
            ? FromRegex(regex.AsString("Regex"))
            : FromText(pattern.RequiredString("String"));
    }

    /// <summary>The matches in well-formed text, in order and without overlap; a regular expression's may be empty.</summary>
    public List<Range> Matches(ReadOnlySpan<char> text)
    {
        if (_regex is not null)
        {
            return _regex.Matches(text);
        }

        var matches = new List<Range>();
        int from = 0;
        while (text[from..].IndexOf(_text, StringComparison.Ordinal) is var index and >= 0)
        {
            matches.Add((from + index)..(from + index + _text.Length));
            from += index + _text.Length;
        }

        return matches;
    }

    /// <summary>The text with every match replaced.</summary>
    public string Replace(string text, string content)
    {
        List<Range> matches = Matches(text);
        if (matches.Count == 0)
        {
            return text;
        }

        var replaced = new StringBuilder(text.Length);
        int end = 0;
        foreach (Range match in matches)
        {
            replaced.Append(text, end, match.Start.Value - end).Append(content);
            end = match.End.Value;
        }

        return replaced.Append(text, end, text.Length - end).ToString();
    }
}
