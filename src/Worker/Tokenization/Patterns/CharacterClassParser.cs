namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>Reads <c>[…]</c> and the escapes that stand for one character or a set of them, as Oniguruma does for UTF-8.</summary>
internal sealed class CharacterClassParser(PatternReader reader)
{
    private const int MostNested = 32;

    /// <summary>Reads a class; the reader stands after its opening bracket.</summary>
    public CodePointSet ReadClass(bool ignoreCase, int depth = 0)
    {
        if (depth > MostNested)
        {
            throw reader.Refuse("nests classes too deeply");
        }

        bool negated = reader.TryRead("^");
        CodePointSet? intersection = null;
        var items = new List<CodePointSet>();
        bool first = true;
        while (true)
        {
            if (reader.AtEnd)
            {
                throw reader.Refuse("leaves a class open");
            }

            if (!first && reader.TryRead("]"))
            {
                break;
            }

            if (reader.TryRead("&&"))
            {
                intersection = Both(intersection, Close(items, ignoreCase));
                items.Clear();
            }
            else
            {
                items.Add(ReadItem(ignoreCase, depth));
            }

            first = false;
        }

        CodePointSet set = Both(intersection, Close(items, ignoreCase));
        return negated ? set.Complement() : set;
    }

    /// <summary>Reads what follows a backslash, where it stands for one character or a set; null when it is something else.</summary>
    public CodePointSet? ReadEscape(bool inClass)
    {
        int start = reader.Position;
        int escape = reader.Read();
        switch (escape)
        {
            case 's': return UnicodeSets.WhiteSpace;
            case 'S': return UnicodeSets.WhiteSpace.Complement();
            case 'd': return UnicodeSets.Digits;
            case 'D': return UnicodeSets.Digits.Complement();
            case 'w': return inClass ? UnicodeSets.Word : UnicodeSets.WordOutsideClass;
            case 'W': return (inClass ? UnicodeSets.Word : UnicodeSets.WordOutsideClass).Complement();
            case 'h': return UnicodeSets.HexDigits;
            case 'H': return UnicodeSets.HexDigits.Complement();
            case 'p': return ReadProperty();
            case 'P': return ReadProperty().Complement();
            case 't': return CodePointSet.Of('\t');
            case 'n': return CodePointSet.Of('\n');
            case 'r': return CodePointSet.Of('\r');
            case 'f': return CodePointSet.Of('\f');
            case 'v': return CodePointSet.Of('\v');
            case 'a': return CodePointSet.Of('\a');
            case 'e': return CodePointSet.Of(0x1B);
            case 'x': return CodePointSet.Of(reader.TryRead("{") ? reader.ReadHex(1, 8, "}") : reader.ReadHex(1, 2, ""));
            case 'u': return CodePointSet.Of(reader.ReadHex(4, 4, ""));
            default:
                if (escape < 0x80 && char.IsAsciiLetterOrDigit((char)escape))
                {
                    reader.Position = start;
                    return null;
                }

                return CodePointSet.Of(escape);
        }
    }

    private static CodePointSet Both(CodePointSet? left, CodePointSet right) => left is null ? right : left.Intersect(right);

    private static CodePointSet Close(List<CodePointSet> items, bool ignoreCase)
    {
        CodePointSet set = CodePointSet.Union(items);
        return ignoreCase ? CaseFolding.Close(set) : set;
    }

    private CodePointSet ReadItem(bool ignoreCase, int depth)
    {
        if (reader.TryRead("[:"))
        {
            bool negated = reader.TryRead("^");
            string name = reader.ReadUntil(":]");
            CodePointSet set = UnicodeSets.Posix(name) ?? throw reader.Refuse($"uses [:{name}:], which is not supported");
            return negated ? set.Complement() : set;
        }

        if (reader.TryRead("["))
        {
            return ReadClass(ignoreCase, depth + 1);
        }

        CodePointSet first = ReadSingle();
        bool range = reader.Looks("-") && !reader.Looks("-]") && !reader.Looks("-[") && !reader.Looks("-&&") && OnlyOf(first) >= 0;
        if (!range)
        {
            return first;
        }

        reader.TryRead("-");
        int low = OnlyOf(first);
        int high = OnlyOf(ReadSingle());
        return high >= low ? CodePointSet.OfRanges((low, high)) : throw reader.Refuse("has a range without an order");
    }

    private CodePointSet ReadSingle()
    {
        if (!reader.TryRead("\\"))
        {
            return CodePointSet.Of(reader.Read());
        }

        return reader.TryRead("b") ? CodePointSet.Of('\b')
            : ReadEscape(inClass: true) ?? throw reader.Refuse($"uses '\\{(char)reader.Read()}' in a class, which is not supported");
    }

    // -1 where a set stands for more than one character.
    private static int OnlyOf(CodePointSet set) => set.Ranges is [var (first, last)] && first == last ? first : -1;

    private CodePointSet ReadProperty()
    {
        if (!reader.TryRead("{"))
        {
            throw reader.Refuse("has a property without braces");
        }

        bool negated = reader.TryRead("^");
        string name = reader.ReadUntil("}");
        CodePointSet set = UnicodeSets.Property(name) ?? throw reader.Refuse($"names the property '{name}', which is not supported");
        return negated ? set.Complement() : set;
    }
}
