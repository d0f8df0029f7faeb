using System.Globalization;
using System.Text;

namespace Godwit.Contracts.Selection;

/// <summary>
/// Flags in a prompt, as Tryage has them: <c>[Flag: smallest model]</c>, <c>[Flag: latency=0.5]</c>, several in one bracket separated by
/// commas. Case does not matter. Those in code fences are text. Takes time in proportion to the prompt's length, whatever is in it.
/// </summary>
public static class PromptFlags
{
    /// <summary>Most unknown flags that are reported.</summary>
    public const int MaxReported = 16;

    // What is longer is no flag, so that an open bracket costs no more than this to look at.
    private const int MaxContent = 100;
    private const string Word = "flag";

    /// <summary>Takes the flags out of a prompt.</summary>
    public static FlaggedPrompt Parse(string prompt)
    {
        if (!prompt.Contains('['))
        {
            return new FlaggedPrompt(prompt, FlagReport.None);
        }

        FlagSet flags = new();
        StringBuilder? kept = null;
        int copied = 0;
        CodeFence fence = default;
        for (int line = 0; line < prompt.Length;)
        {
            int length = prompt.AsSpan(line).IndexOf('\n');
            int end = length < 0 ? prompt.Length : line + length + 1;
            if (!fence.Covers(prompt.AsSpan(line, end - line)))
            {
                for (int at = line; Next(prompt, at, end, out Range content, out int start); at = copied)
                {
                    flags.Add(prompt.AsSpan()[content]);
                    kept ??= new StringBuilder(prompt.Length);
                    kept.Append(prompt, copied, start - copied);
                    copied = content.End.Value + 1;
                    copied = AfterGap(prompt, kept, copied, end);
                }
            }

            line = end;
        }

        return kept is null ? new FlaggedPrompt(prompt, FlagReport.None) : new FlaggedPrompt(Rest(prompt, kept, copied), flags.Report());
    }

    private static bool Next(string prompt, int from, int end, out Range content, out int start)
    {
        for (start = from; start < end; start++)
        {
            int bracket = prompt.AsSpan(start, end - start).IndexOf('[');
            if (bracket < 0)
            {
                break;
            }

            start += bracket;
            int at = SkipBlanks(prompt, start + 1, end);
            if (end - at <= Word.Length || !prompt.AsSpan(at, Word.Length).Equals(Word, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            at = SkipBlanks(prompt, at + Word.Length, end);
            if (at == end || prompt[at] != ':')
            {
                continue;
            }

            int close = prompt.AsSpan(at + 1, Math.Min(end - at - 1, MaxContent + 1)).IndexOfAny('[', ']');
            if (close >= 0 && prompt[at + 1 + close] == ']')
            {
                content = new Range(at + 1, at + 1 + close);
                return true;
            }
        }

        content = default;
        return false;
    }

    // At most one blank is allowed for, and a hostile run of them is not walked twice.
    private static int SkipBlanks(string prompt, int at, int end) => at < end && prompt[at] is ' ' or '\t' ? at + 1 : at;

    // A flag between two blanks leaves one, and a flag that has a line for itself takes the line with it.
    private static int AfterGap(string prompt, StringBuilder kept, int at, int lineEnd)
    {
        char before = kept.Length == 0 ? '\n' : kept[^1];
        if (!char.IsWhiteSpace(before))
        {
            return at;
        }

        while (at < lineEnd && prompt[at] is ' ' or '\t')
        {
            at++;
        }

        return before != '\n' ? at
            : at < lineEnd && prompt[at] == '\n' ? at + 1
            : at + 1 < lineEnd && prompt[at] == '\r' && prompt[at + 1] == '\n' ? at + 2
            : at;
    }

    private static string Rest(string prompt, StringBuilder kept, int copied)
    {
        ReadOnlySpan<char> rest = prompt.AsSpan(copied);
        if (!rest.IsWhiteSpace())
        {
            return kept.Append(rest).ToString();
        }

        int length = kept.Length;
        while (length > 0 && char.IsWhiteSpace(kept[length - 1]))
        {
            length--;
        }

        return kept.ToString(0, length);
    }

    /// <summary>What the flags seen so far say; of two that say different things the later one counts.</summary>
    private sealed class FlagSet
    {
        private readonly Dictionary<string, double> _applied = new(StringComparer.Ordinal);
        private readonly List<string> _unknown = [];
        private string? _preset;

        public void Add(ReadOnlySpan<char> content)
        {
            foreach (Range part in content.Split(','))
            {
                AddOne(content[part].Trim());
            }
        }

        public FlagReport Report() => new(_applied, _unknown, _preset);

        private void AddOne(ReadOnlySpan<char> flag)
        {
            int equals = flag.IndexOf('=');
            string name = Canonical(equals < 0 ? flag : flag[..equals]);
            if (equals < 0 && FlagWords.TryPreset(name, out string? preset))
            {
                _preset = preset;
            }
            else if (FlagWords.TryGoal(name, out (string Goal, double Weight) goal) && WeightOf(flag, equals, goal.Weight) is { } weight)
            {
                _applied[goal.Goal] = weight;
            }
            else if (_unknown.Count < MaxReported)
            {
                _unknown.Add(Printable(flag));
            }
        }

        private static double? WeightOf(ReadOnlySpan<char> flag, int equals, double bare) =>
            equals < 0 ? bare
            : double.TryParse(flag[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                && GoalNames.IsWeight(weight) ? weight
            : null;

        // "Smallest  Model", "smallest-model" and "smallest_model" are "smallest".
        private static string Canonical(ReadOnlySpan<char> name)
        {
            StringBuilder words = new(name.Length);
            foreach (char c in name)
            {
                char letter = c is '-' or '_' || char.IsWhiteSpace(c) ? ' ' : char.ToLowerInvariant(c);
                if (letter != ' ' || (words.Length > 0 && words[^1] != ' '))
                {
                    words.Append(letter);
                }
            }

            string text = words.ToString().TrimEnd();
            return text.EndsWith(" model", StringComparison.Ordinal) ? text[..^" model".Length]
                : text.EndsWith(" expert", StringComparison.Ordinal) ? text[..^" expert".Length]
                : text;
        }

        // It is told in a response header.
        private static string Printable(ReadOnlySpan<char> flag) =>
            string.Create(flag.Length, flag, (text, from) =>
            {
                for (int i = 0; i < text.Length; i++)
                {
                    text[i] = from[i] is >= ' ' and <= '~' and not '"' ? from[i] : '?';
                }
            });
    }
}
