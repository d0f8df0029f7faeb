using System.Globalization;
using System.Text;

namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>Escapes of Jinja's string literals, which are Python's; an unknown one stands for itself, backslash and all.</summary>
internal static class StringEscapes
{
    /// <summary>Reads one escape, the position being after its backslash.</summary>
    public static void Append(string text, ref int position, StringBuilder value)
    {
        char escape = text[position++];
        switch (escape)
        {
            case 'n': value.Append('\n'); break;
            case 'r': value.Append('\r'); break;
            case 't': value.Append('\t'); break;
            case 'b': value.Append('\b'); break;
            case 'f': value.Append('\f'); break;
            case 'v': value.Append('\v'); break;
            case 'a': value.Append('\a'); break;
            case '\\' or '\'' or '"': value.Append(escape); break;
            case '\n': break;
            case 'x' when TryHex(text, position, 2, out int code):
            case 'u' when TryHex(text, position, 4, out code):
                value.Append((char)code);
                position += escape == 'x' ? 2 : 4;
                break;
            case 'U' when TryHex(text, position, 8, out int code) && Rune.IsValid(code):
                value.Append(new Rune(code).ToString());
                position += 8;
                break;
            case >= '0' and <= '7': AppendOctal(text, ref position, value); break;
            default: value.Append('\\').Append(escape); break;
        }
    }

    private static bool TryHex(string text, int position, int digits, out int code)
    {
        code = 0;
        return position + digits <= text.Length && int.TryParse(
            text.AsSpan(position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code);
    }

    // One to three digits, the first of which has been read.
    private static void AppendOctal(string text, ref int position, StringBuilder value)
    {
        int code = text[position - 1] - '0';
        for (int digits = 1; digits < 3 && position < text.Length && text[position] is >= '0' and <= '7'; digits++)
        {
            code = (8 * code) + text[position++] - '0';
        }

        value.Append((char)code);
    }
}
