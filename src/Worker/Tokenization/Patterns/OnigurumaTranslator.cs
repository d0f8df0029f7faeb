namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>
/// Turns a pattern of <c>tokenizer.json</c>, in Oniguruma's syntax, into a .NET one over a <see cref="CodePointAlphabet"/>; refuses
/// what it cannot say exactly. Groups capture nothing: only where a match begins and ends is ever asked.
/// </summary>
internal sealed class OnigurumaTranslator
{
    private readonly PatternReader _reader;
    private readonly CharacterClassParser _classes;
    private readonly LetterPattern _output = new();
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
        return translator._output.Spell();
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
                _output.Add("|");
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
        int first = _output.Count;
        int literal = -1;
        if (_reader.TryRead("["))
        {
            _output.Add(_classes.ReadClass(_group.IgnoreCase));
        }
        else if (_reader.TryRead("."))
        {
            _output.Add(_group.DotIsAll ? CodePointSet.All : CodePointSet.Of('\n').Complement());
        }
        else if (_reader.TryRead("^"))
        {
            // In Oniguruma a line's start and end, whatever the options; not after a newline that ends the text.
            _output.Add(@"(?:\A|(?<=", CodePointSet.Of('\n'), @")(?!\z))");
        }
        else if (_reader.TryRead("$"))
        {
            _output.Add(@"(?:\z|(?=", CodePointSet.Of('\n'), "))");
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
            OnigurumaAnchors.Add(_reader, _output);
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

        _output.Add(set);
    }

    private void OpenGroup()
    {
        int first = _output.Count;
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
                _output.Add("(?:");
                _group = _group with { IgnoreCase = ignoreCase, DotIsAll = dotIsAll, OptionGroups = _group.OptionGroups + 1 };
                _atom = -1;
                return;
            }
        }

        _output.Add(opening);
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
        _output.Add(")");
        _atom = _group.First;
        _group = _groups.Pop();
    }

    private void CloseOptions()
    {
        for (int i = 0; i < _group.OptionGroups; i++)
        {
            _output.Add(")");
        }
    }

    private bool TryReadQuantifier()
    {
        string? simple = ((string[])["*", "+", "?"]).FirstOrDefault(_reader.TryRead);
        if (simple is null && !_reader.Looks("{"))
        {
            return false;
        }

        string? quantifier = simple ?? _reader.ReadInterval();
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
            _output.Wrap(_atom, "(?>", quantifier + ")");
        }
        else if (quantifier.EndsWith('}') && !quantifier.Contains(',', StringComparison.Ordinal))
        {
            // Of a fixed number, a question mark after it means "or none", a plus sign "several times".
            _output.Wrap(_atom, "(?:", quantifier + ")");
        }
        else if (_reader.TryRead("?"))
        {
            _output.Wrap(_atom, "(?:", quantifier + "?)");
        }
        else
        {
            _output.Wrap(_atom, "(?:", quantifier + ")");
        }

        return true;
    }

    /// <summary>A group that is open.</summary>
    /// <param name="First">Its first part.</param>
    /// <param name="IgnoreCase">Whether case is ignored in it.</param>
    /// <param name="DotIsAll">Whether a dot matches newlines too.</param>
    /// <param name="OptionGroups">How many groups were opened in it for options, to be closed with it.</param>
    private readonly record struct Group(int First, bool IgnoreCase, bool DotIsAll, int OptionGroups);
}
