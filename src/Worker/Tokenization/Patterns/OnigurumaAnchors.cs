namespace Godwit.Worker.Tokenization.Patterns;

/// <summary>Oniguruma's escapes for places in the text, and the few for characters that no class may hold.</summary>
internal static class OnigurumaAnchors
{
    /// <summary>Reads what follows the backslash of an escape that is no character, and writes it.</summary>
    /// <exception cref="InvalidDataException">It is not supported: a back-reference, say.</exception>
    public static void Add(PatternReader reader, LetterPattern output)
    {
        int escape = reader.Read();
        switch (escape)
        {
            case 'A':
                output.Add(@"\A");
                break;
            case 'z':
                output.Add(@"\z");
                break;
            case 'Z':
                output.Add("(?=", CodePointSet.Of('\n'), @"?\z)");
                break;
            case 'b':
                AddWordBoundary(output, "(?=", "(?!");
                break;
            case 'B':
                AddWordBoundary(output, "(?!", "(?=");
                break;
            case 'N':
                output.Add(CodePointSet.Of('\n').Complement());
                break;
            case 'O':
                output.Add(CodePointSet.All);
                break;
            case 'R':
                output.Add("(?>", CodePointSet.Of('\r'), "");
                output.Add("", CodePointSet.Of('\n'), "|");
                output.Add("", CodePointSet.OfRanges((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029)), ")");
                break;
            default:
                throw reader.Refuse($"uses '\\{(char)escape}', which is not supported");
        }
    }

    private static void AddWordBoundary(LetterPattern output, string afterNone, string afterWord)
    {
        output.Add("(?:(?<!", UnicodeSets.WordOutsideClass, ")");
        output.Add(afterNone, UnicodeSets.WordOutsideClass, ")|(?<=");
        output.Add("", UnicodeSets.WordOutsideClass, ")");
        output.Add(afterWord, UnicodeSets.WordOutsideClass, "))");
    }
}
