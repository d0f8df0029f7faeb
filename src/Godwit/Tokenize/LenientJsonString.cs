using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Godwit.CommandLine.Tokenize;

/// <summary>
/// Reads JSON strings that hold half a surrogate pair as well, which System.Text.Json refuses: whoever debugs a tokenizer wants to
/// see what it makes of them.
/// </summary>
internal static class LenientJsonString
{
    public static string Read(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(element.GetRawText());
        }
    }

    // The parser has checked the syntax already: between quotes, every backslash starts a whole escape.
    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (int i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            char escape = raw[++i];
            if (escape == 'u')
            {
                text.Append((char)int.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(escape switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escape });
            }
        }

        return text.ToString();
    }
}
