using System.Globalization;
using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>
/// Parses the regular subset of ECMA-262's syntax: characters, classes, groups, alternation, greedy and lazy quantifiers (the same
/// language), <c>^</c> and <c>$</c>. What is not regular, or would quietly mean something else, is refused by name.
/// </summary>
internal sealed class RegexParser
{
    private readonly string _pattern;
    private readonly CompileBudget _budget;
    private int _at;
    private int _depth;

    private RegexParser(string pattern, CompileBudget budget)
    {
        _pattern = pattern;
        _budget = budget;
    }

    /// <summary>The expression's tree.</summary>
    /// <exception cref="ConstraintException">It is malformed or uses what is not supported.</exception>
    public static RegexNode Parse(string pattern, CompileBudget budget)
    {
        var parser = new RegexParser(pattern, budget);
        RegexNode node = parser.ParseChoice();
        return parser._at == pattern.Length ? node : throw parser.Error("there is a ')' without its '('");
    }

    private RegexNode ParseChoice()
    {
        var options = new List<RegexNode> { ParseSequence() };
        while (TryTake('|'))
        {
            options.Add(ParseSequence());
        }

        return options.Count == 1 ? options[0] : new RegexNode.Choice(options);
    }

    private RegexNode ParseSequence()
    {
        var parts = new List<RegexNode>();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            _budget.Spend();
            RegexNode atom = ParseAtom();
            parts.Add(ParseQuantifier(atom));
        }

        return parts.Count switch { 0 => new RegexNode.Empty(), 1 => parts[0], _ => new RegexNode.Sequence(parts) };
    }

    private RegexNode ParseAtom()
    {
        char c = _pattern[_at];
        switch (c)
        {
            case '(':
                return ParseGroup();
            case '[':
                _at++;
                return new RegexNode.Character(ParseClass());
            case '^':
                _at++;
                return new RegexNode.TextStart();
            case '$':
                _at++;
                return new RegexNode.TextEnd();
            case '.':
                _at++;
                return new RegexNode.Character(CharacterClasses.Dot);
            case '*' or '+' or '?':
                throw Error($"there is nothing before '{c}' to repeat");
            case '{' when QuantifierAhead():
                throw Error("there is nothing before '{' to repeat");
            case '\\':
                _at++;
                return new RegexNode.Character(new RegexEscape(_pattern, _at, inClass: false).Read(out _at));
            default:
                return new RegexNode.Character(CodePointSet.Single(TakeCodePoint()));
        }
    }

    private RegexNode ParseGroup()
    {
        _at++;
        if (++_depth > ConstraintLimits.RegexDepth)
        {
            throw ConstraintException.TooComplex(
                $"The regular expression nests groups more than {ConstraintLimits.RegexDepth} deep, which is the most allowed.");
        }

        if (TryTake('?'))
        {
            SkipGroupHead();
        }

        RegexNode inner = ParseChoice();
        if (!TryTake(')'))
        {
            throw Error("a '(' has no ')'");
        }

        _depth--;
        return inner;
    }

    private void SkipGroupHead()
    {
        ReadOnlySpan<char> rest = _pattern.AsSpan(_at);
        if (rest.StartsWith(":"))
        {
            _at++;
            return;
        }

        if (rest.StartsWith("=") || rest.StartsWith("!") || rest.StartsWith("<=") || rest.StartsWith("<!"))
        {
            throw Error("lookahead and lookbehind are not supported");
        }

        int name = rest.StartsWith("P<") ? 2 : rest.StartsWith("<") ? 1 : 0;
        int end = rest.IndexOf('>');
        if (name == 0 || end <= name || rest[name..end].ContainsAnyExcept(NameCharacters))
        {
            throw Error($"the group '(?{(rest.Length > 0 ? rest[0] : "")}…' is not supported; '(…)', '(?:…)' and '(?<name>…)' are");
        }

        _at += end + 1;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    private RegexNode ParseQuantifier(RegexNode atom)
    {
        if (_at >= _pattern.Length)
        {
            return atom;
        }

        (int Min, int? Max)? times = _pattern[_at] switch
        {
            '*' => (0, null),
            '+' => (1, null),
            '?' => (0, 1),
            _ => null,
        };
        if (times is not null)
        {
            _at++;
        }
        else if (_pattern[_at] != '{' || !QuantifierAhead())
        {
            return atom;
        }

        (int min, int? max) = times ?? ReadCounts();
        if (atom is RegexNode.TextStart or RegexNode.TextEnd)
        {
            throw Error("'^' and '$' cannot be repeated");
        }

        TryTake('?');
        if (_at < _pattern.Length && _pattern[_at] is '*' or '+' or '?')
        {
            throw Error("a quantifier follows a quantifier; possessive quantifiers are not supported");
        }

        return max is { } most && most < min
            ? throw Error($"the quantifier {{{min},{most}}} is the wrong way round")
            : new RegexNode.Repeat(atom, min, max);
    }

    // {n}, {n,} or {n,m} begins here; any other '{' is itself.
    private bool QuantifierAhead()
    {
        int i = _at + 1;
        int digits = i;
        while (i < _pattern.Length && char.IsAsciiDigit(_pattern[i]))
        {
            i++;
        }

        if (i == digits)
        {
            return false;
        }

        if (i < _pattern.Length && _pattern[i] == ',')
        {
            i++;
            while (i < _pattern.Length && char.IsAsciiDigit(_pattern[i]))
            {
                i++;
            }
        }

        return i < _pattern.Length && _pattern[i] == '}';
    }

    private (int Min, int? Max) ReadCounts()
    {
        int end = _pattern.IndexOf('}', _at);
        string[] counts = _pattern[(_at + 1)..end].Split(',');
        _at = end + 1;
        int min = Count(counts[0]);
        return counts.Length == 1 ? (min, min) : counts[1].Length == 0 ? (min, null) : (min, Count(counts[1]));
    }

    private static int Count(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= ConstraintLimits.RegexNodes
            ? count
            : throw ConstraintException.TooComplex(
                $"The regular expression repeats something {digits} times; {ConstraintLimits.RegexNodes} is the most allowed.");

    private CodePointSet ParseClass()
    {
        bool negated = TryTake('^');
        var ranges = new List<(int, int)>();
        if (_at < _pattern.Length && _pattern[_at] == ']')
        {
            throw Error("an empty class '[]' or '[^]' is not supported; escape a ']' that is meant");
        }

        while (true)
        {
            if (_at >= _pattern.Length)
            {
                throw Error("a '[' has no ']'");
            }

            if (TryTake(']'))
            {
                break;
            }

            _budget.Spend();
            CodePointSet low = ClassAtom();
            bool range = _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']';
            if (!range)
            {
                ranges.AddRange(low.Ranges);
                continue;
            }

            _at++;
            CodePointSet high = ClassAtom();
            if (!IsSingle(low) || !IsSingle(high) || low.Ranges[0].Low > high.Ranges[0].Low)
            {
                throw Error("a range in a class must go from one character to a later one");
            }

            ranges.Add((low.Ranges[0].Low, high.Ranges[0].Low));
        }

        var set = CodePointSet.Of(ranges);
        return negated ? set.Complement() : set;
    }

    private CodePointSet ClassAtom()
    {
        if (_pattern[_at] == '[' && _at + 1 < _pattern.Length && _pattern[_at + 1] is ':' or '.' or '=')
        {
            throw Error("POSIX classes such as [:alpha:] are not supported");
        }

        if (!TryTake('\\'))
        {
            return CodePointSet.Single(TakeCodePoint());
        }

        return new RegexEscape(_pattern, _at, inClass: true).Read(out _at);
    }

    private static bool IsSingle(CodePointSet set) => set.Ranges.Count == 1 && set.Ranges[0].Low == set.Ranges[0].High;

    private bool TryTake(char c)
    {
        bool there = _at < _pattern.Length && _pattern[_at] == c;
        _at += there ? 1 : 0;
        return there;
    }

    private int TakeCodePoint()
    {
        if (!System.Text.Rune.TryGetRuneAt(_pattern, _at, out System.Text.Rune rune))
        {
            throw Error("it contains half of a surrogate pair");
        }

        _at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    private ConstraintException Error(string problem) =>
        ConstraintException.Invalid($"The regular expression is not supported at position {_at}: {problem}.");
}
