using System.Text;

namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Reads the inside of a JSON string character by character. What is no escape stays as it is, and half a surrogate pair is U+FFFD: a
/// model may write anything.
/// </summary>
internal sealed class StringDecoder
{
    private const char Replacement = '\uFFFD';

    private bool _escaped;
    private int _digits;
    private int _code;
    private char _high;

    /// <summary>Takes a character.</summary>
    /// <param name="c">The character.</param>
    /// <param name="text">Gets the text that it completes.</param>
    /// <returns>Whether it was the closing quote.</returns>
    public bool Push(char c, StringBuilder text)
    {
        if (_digits > 0)
        {
            return PushDigit(c, text);
        }

        if (_escaped)
        {
            _escaped = false;
            PushEscape(c, text);
        }
        else if (c == '"')
        {
            Flush(text);
            return true;
        }
        else if (c == '\\')
        {
            _escaped = true;
        }
        else
        {
            Append(c, text);
        }

        return false;
    }

    private void PushEscape(char c, StringBuilder text)
    {
        if (c == 'u')
        {
            (_digits, _code) = (4, 0);
            return;
        }

        char? meant = c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            '"' or '\\' or '/' => c,
            _ => null,
        };
        if (meant is null)
        {
            Append('\\', text);
        }

        Append(meant ?? c, text);
    }

    private bool PushDigit(char c, StringBuilder text)
    {
        if (!char.IsAsciiHexDigit(c))
        {
            _digits = 0;
            Append(Replacement, text);
            return Push(c, text);
        }

        _code = (_code << 4) | Convert.ToInt32(c.ToString(), 16);
        if (--_digits == 0)
        {
            Append((char)_code, text);
        }

        return false;
    }

    private void Append(char unit, StringBuilder text)
    {
        if (_high != '\0' && char.IsLowSurrogate(unit))
        {
            text.Append(_high).Append(unit);
            _high = '\0';
            return;
        }

        Flush(text);
        if (char.IsHighSurrogate(unit))
        {
            _high = unit;
        }
        else
        {
            text.Append(char.IsLowSurrogate(unit) ? Replacement : unit);
        }
    }

    private void Flush(StringBuilder text)
    {
        if (_high != '\0')
        {
            text.Append(Replacement);
            _high = '\0';
        }
    }
}
