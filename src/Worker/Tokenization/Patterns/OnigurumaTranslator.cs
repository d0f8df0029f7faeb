using System.Globalization;
using System.Text;

namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>
/// Turns a pattern of <c>tokenizer.json</c>, in Oniguruma's syntax, into a .NET one over a <see cref="CodePointAlphabet"/>; refuses
/// what it cannot say exactly. Groups capture nothing: only where a match begins and ends is ever asked.
/// </summary>
internal sealed class OnigurumaTranslator
{
    // A pattern's author is the model's, yet a slip of theirs should not cost minutes.
    private const int MostRepeats = 1000;

    private readonly PatternReader _reader;
    private readonly CharacterClassParser _classes;
    private readonly List<CodePointSet> _sets = [];

    // Text to take as it is, or null and the number of the set to match a letter of.
    private readonly List<(string? Text, int Set)> _parts = [];
    private readonly Stack<Group> _groups = new();
    private Group _group;
    private int _atom = -1;
    private int _lastLiteral = -1;

    private OnigurumaTranslator(string pattern)
    {
        _reader = new PatternReader(pattern);
        _classes = new CharacterClassParser(_reader);
    }

    /// <returns>The .NET pattern, and the letters it is about.</returns>
    /// <exception cref="InvalidDataException">The pattern is malformed, or says what is not supported.</exception>
    public static (string Pattern, CodePointAlphabet Alphabet) Translate(string pattern)
    {
        var translator = new OnigurumaTranslator(pattern);
        translator.ReadAll();
        var alphabet = new CodePointAlphabet(translator._sets);
        var text = new StringBuilder();
        foreach ((string? part, int set) in translator._parts)
        {
            text.Append(part ?? alphabet.ClassOf(set));
        }

        return (text.ToString(), alphabet);
    }

    private void ReadAll()
    {
        while (!_reader.AtEnd)
        {
            int literal = -1;
            if (_reader.TryRead("("))
            {
                OpenGroup();
            }
            else if (_reader.TryRead(")"))
            {
                CloseGroup();
            }
            else if (_reader.TryRead("|"))
            {
                _parts.Add(("|", 0));
                _atom = -1;
            }
            else if (!TryReadQuantifier())
            {
                literal = ReadAtom();
            }

            _lastLiteral = literal;
        }

        if (_groups.Count > 0)
        {
            throw _reader.Refuse("leaves a group open");
        }

        CloseOptions();
    }

    /// <returns>The character, where the atom is one to be found as it is; else -1.</returns>
    private int ReadAtom()
    {
        int first = _parts.Count;
        int literal = -1;
        if (_reader.TryRead("["))
        {
            AddSet(_classes.ReadClass(_group.IgnoreCase));
        }
        else if (_reader.TryRead("."))
        {
            AddSet(_group.DotIsAll ? CodePointSet.All : CodePointSet.Of('\n').Complement());
        }
        else if (_reader.TryRead("^"))
        {
            // In Oniguruma a line's start and end, whatever the options; not after a newline that ends the text.
            Add(@"(?:\A|(?<=", CodePointSet.Of('\n'), @")(?!\z))");
        }
        else if (_reader.TryRead("$"))
        {
            Add(@"(?:\z|(?=", CodePointSet.Of('\n'), "))");
        }
        else if (!_reader.TryRead("\\"))
        {
            literal = _reader.Read();
            AddLiteral(CodePointSet.Of(literal), literal);
        }
        else if (_classes.ReadEscape(inClass: false) is { } set)
        {
            literal = set.Ranges is [var (low, high)] && low == high ? low : -1;
            AddLiteral(set, literal);
        }
        else
        {
            AddAnchor();
        }

        _atom = first;
        return literal;
    }

    private void AddLiteral(CodePointSet set, int literal)
    {
        if (_group.IgnoreCase && literal >= 0)
        {
            if (CaseFolding.MayBeMany(literal) || (_lastLiteral >= 0 && CaseFolding.MayBeOne(_lastLiteral, literal)))
            {
                throw _reader.Refuse("ignores the case of characters that fold to several, which is not supported");
            }

            set = CaseFolding.Close(set);
        }

        AddSet(set);
    }

    private void AddAnchor()
    {
        int escape = _reader.Read();
        switch (escape)
        {
            case 'A':
                _parts.Add((@"\A", 0));
                break;
            case 'z':
                _parts.Add((@"\z", 0));
                break;
            case 'Z':
                Add("(?=", CodePointSet.Of('\n'), @"?\z)");
                break;
            case 'b':
                AddWordBoundary("(?=", "(?!");
                break;
            case 'B':
                AddWordBoundary("(?!", "(?=");
                break;
            case 'N':
                AddSet(CodePointSet.Of('\n').Complement());
                break;
            case 'O':
                AddSet(CodePointSet.All);
                break;
            case 'R':
                Add("(?>", CodePointSet.Of('\r'), "");
                Add("", CodePointSet.Of('\n'), "|");
                Add("", CodePointSet.OfRanges((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029)), ")");
                break;
            default:
                throw _reader.Refuse($"uses '\\{(char)escape}', which is not supported");
        }
    }

    private void AddWordBoundary(string afterNone, string afterWord)
    {
        Add("(?:(?<!", UnicodeSets.WordOutsideClass, ")");
        Add(afterNone, UnicodeSets.WordOutsideClass, ")|(?<=");
        Add("", UnicodeSets.WordOutsideClass, ")");
        Add(afterWord, UnicodeSets.WordOutsideClass, "))");
    }

    private void Add(string before, CodePointSet set, string after)
    {
        _parts.Add((before, 0));
        AddSet(set);
        _parts.Add((after, 0));
    }

    private void AddSet(CodePointSet set)
    {
        _parts.Add((null, _sets.Count));
        _sets.Add(set);
    }

    private void OpenGroup()
    {
        int first = _parts.Count;
        string opening = "(?:";
        bool ignoreCase = _group.IgnoreCase;
        bool dotIsAll = _group.DotIsAll;
        if (_reader.TryRead("?#"))
        {
            _reader.ReadUntil(")");
            return;
        }

        if (_reader.TryRead("?"))
        {
            string? known = ((string[])[":", "=", "!", "<=", "<!", ">"]).FirstOrDefault(_reader.TryRead);
            if (known is not null)
            {
                opening = "(?" + known;
            }
            else if (_reader.TryRead("<"))
            {
                // A name, which nothing can refer to: back-references are refused.
                _reader.ReadUntil(">");
            }
            else if (ReadOptions(ref ignoreCase, ref dotIsAll))
            {
                // (?i) goes on to the end of the group around it, alternatives included.
                _parts.Add(("(?:", 0));
                _group = _group with { IgnoreCase = ignoreCase, DotIsAll = dotIsAll, OptionGroups = _group.OptionGroups + 1 };
                _atom = -1;
                return;
            }
        }

        _parts.Add((opening, 0));
        _groups.Push(_group);
        _group = new Group(first, ignoreCase, dotIsAll, 0);
        _atom = -1;
    }

    /// <returns>True for <c>(?i)</c>, false for <c>(?i:</c>.</returns>
    private bool ReadOptions(ref bool ignoreCase, ref bool dotIsAll)
    {
        bool on = true;
        while (true)
        {
            switch (_reader.Read())
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    ignoreCase = on;
                    break;
                case 'm':
                    dotIsAll = on;
                    break;
                case ')':
                    return true;
                case ':':
                    return false;
                default:
                    throw _reader.Refuse("uses a group or an option that is not supported");
            }
        }
    }

    private void CloseGroup()
    {
        if (_groups.Count == 0)
        {
            throw _reader.Refuse("closes a group that is not open");
        }

        CloseOptions();
        _parts.Add((")", 0));
        _atom = _group.First;
        _group = _groups.Pop();
    }

    private void CloseOptions()
    {
        for (int i = 0; i < _group.OptionGroups; i++)
        {
            _parts.Add((")", 0));
        }
    }

    private bool TryReadQuantifier()
    {
        string? simple = ((string[])["*", "+", "?"]).FirstOrDefault(_reader.TryRead);
        if (simple is null && !_reader.Looks("{"))
        {
            return false;
        }

        string? quantifier = simple ?? ReadInterval();
        if (quantifier is null)
        {
            return false;
        }

        if (_atom < 0)
        {
            throw _reader.Refuse("repeats nothing");
        }

        if (simple is not null && _reader.TryRead("+"))
        {
            Wrap("(?>", quantifier + ")");
        }
        else if (quantifier.EndsWith('}') && !quantifier.Contains(',', StringComparison.Ordinal))
        {
            // Of a fixed number, a question mark after it means "or none", a plus sign "several times".
            Wrap("(?:", quantifier + ")");
        }
        else if (_reader.TryRead("?"))
        {
            Wrap("(?:", quantifier + "?)");
        }
        else
        {
            Wrap("(?:", quantifier + ")");
        }

        return true;
    }

    /// <returns>Null where the brace is an ordinary character.</returns>
    private string? ReadInterval()
    {
        int start = _reader.Position;
        _reader.TryRead("{");
        int least = _reader.ReadNumber();
        bool comma = _reader.TryRead(",");
        int most = comma ? _reader.ReadNumber() : least;
        if ((least < 0 && most < 0) || !_reader.TryRead("}"))
        {
            _reader.Position = start;
            return null;
        }

        if (least > MostRepeats || most > MostRepeats || (most >= 0 && most < least))
        {
            throw _reader.Refuse($"repeats without an order, or more than {MostRepeats} times");
        }

        string low = Math.Max(least, 0).ToString(CultureInfo.InvariantCulture);
        return !comma ? $"{{{low}}}" : most < 0 ? $"{{{low},}}" : string.Create(CultureInfo.InvariantCulture, $"{{{low},{most}}}");
    }

    private void Wrap(string opening, string closing)
    {
        _parts.Insert(_atom, (opening, 0));
        _parts.Add((closing, 0));
    }

    /// <summary>A group that is open.</summary>
    /// <param name="First">Its first part.</param>
    /// <param name="IgnoreCase">Whether case is ignored in it.</param>
    /// <param name="DotIsAll">Whether a dot matches newlines too.</param>
    /// <param name="OptionGroups">How many groups were opened in it for options, to be closed with it.</param>
    private readonly record struct Group(int First, bool IgnoreCase, bool DotIsAll, int OptionGroups);
}
