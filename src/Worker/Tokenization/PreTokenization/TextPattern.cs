using System.Text.Json;
using System.Text.RegularExpressions;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>What to look for in text: a fixed string or a regular expression over code points.</summary>
internal sealed class TextPattern
{
    private readonly string? _text;
    private readonly Regex? _regex;

    private TextPattern(string? text, Regex? regex)
    {
        _text = text;
        _regex = regex;
    }

    public static TextPattern FromText(string text) => new(text, null);

    public static TextPattern FromRegex(string pattern) => new(null, OnigurumaPattern.Compile(pattern));

    /// <summary>Reads <c>"pattern": {"String": …}</c> or <c>{"Regex": …}</c> of a step.</summary>
    public static TextPattern Read(JsonElement step)
    {
        JsonElement pattern = step.Required("pattern", JsonValueKind.Object);
        return pattern.Optional("Regex") is { } regex
            ? FromRegex(regex.AsString("Regex"))
            : FromText(pattern.RequiredString("String"));
    }

    /// <summary>The matches in order, without overlap; empty ones are left out.</summary>
    public List<Range> Matches(ReadOnlyMemory<char> text)
    {
        var matches = new List<Range>();
        if (_regex is null)
        {
            FindText(text.Span, matches);
        }
        else if (text.Span.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            foreach (ValueMatch match in _regex.EnumerateMatches(text.Span))
            {
                Add(matches, match.Index, match.Index + match.Length);
            }
        }
        else
        {
            FindInShadow(text.Span, matches);
        }

        return matches;
    }

    public string Replace(string text, string content)
    {
        if (_text is { Length: > 0 })
        {
            return text.Replace(_text, content, StringComparison.Ordinal);
        }

        var replaced = new System.Text.StringBuilder(text.Length);
        int end = 0;
        foreach (Range match in Matches(text.AsMemory()))
        {
            replaced.Append(text, end, match.Start.Value - end).Append(content);
            end = match.End.Value;
        }

        return end == 0 ? text : replaced.Append(text, end, text.Length - end).ToString();
    }

    private static void Add(List<Range> matches, int start, int end)
    {
        if (end > start)
        {
            matches.Add(start..end);
        }
    }

    private void FindText(ReadOnlySpan<char> text, List<Range> matches)
    {
        if (_text!.Length == 0)
        {
            return;
        }

        int from = 0;
        while (text[from..].IndexOf(_text, StringComparison.Ordinal) is var index and >= 0)
        {
            matches.Add((from + index)..(from + index + _text.Length));
            from += index + _text.Length;
        }
    }

    private void FindInShadow(ReadOnlySpan<char> text, List<Range> matches)
    {
        // Matches come in order, so one walk along the text finds where each begins and ends in UTF-16.
        int position = 0;
        int codePoints = 0;
        foreach (ValueMatch match in _regex!.EnumerateMatches(AstralShadow.Of(text)))
        {
            int start = AdvanceTo(text, match.Index, ref position, ref codePoints);
            int end = AdvanceTo(text, match.Index + match.Length, ref position, ref codePoints);
            Add(matches, start, end);
        }
    }

    private static int AdvanceTo(ReadOnlySpan<char> text, int target, ref int position, ref int codePoints)
    {
        for (; codePoints < target; codePoints++)
        {
            position += char.IsHighSurrogate(text[position]) ? 2 : 1;
        }

        return position;
    }
}
