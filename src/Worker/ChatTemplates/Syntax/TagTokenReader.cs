using System.Text;

namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>Reads the tokens within one tag.</summary>
internal sealed class TagTokenReader(TemplateSource source, List<TemplateToken> tokens)
{
    // Longest first, so that "==" is not read as two.
    private static readonly string[] Symbols =
    [
        "**", "//", "==", "!=", "<=", ">=",
        "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ",", ":", "|", "(", ")", "[", "]", "{", "}",
    ];

    private readonly string _text = source.Text;

    private readonly Stack<char> _open = [];

    /// <summary>Brackets that are open; the tag can end only where there are none.</summary>
    public int Depth => _open.Count;

    /// <summary>Reads the token at a position that is no white space.</summary>
    public void Read(ref int position)
    {
        int start = position;
        char first = _text[start];
        if (first is '\'' or '"')
        {
            ReadString(first, ref position);
        }
        else if (char.IsAsciiDigit(first))
        {
            ReadNumber(ref position);
        }
        else if (char.IsLetter(first) || first == '_')
        {
            while (position < _text.Length && (char.IsLetterOrDigit(_text[position]) || _text[position] == '_'))
            {
                position++;
            }

            Add(TemplateTokenKind.Name, _text[start..position], start);
        }
        else
        {
            ReadSymbol(ref position);
        }
    }

    private void ReadSymbol(ref int position)
    {
        int start = position;
        string symbol = Array.Find(Symbols, s => string.CompareOrdinal(_text, start, s, 0, s.Length) == 0)
            ?? throw source.Unsupported($"unexpected character '{_text[start]}'", start);
        Add(TemplateTokenKind.Symbol, symbol, start);
        position += symbol.Length;
        switch (symbol)
        {
            case "(": _open.Push(')'); break;
            case "[": _open.Push(']'); break;
            case "{": _open.Push('}'); break;
            case ")" or "]" or "}": Close(symbol[0], start); break;
        }
    }

    private void Close(char bracket, int position)
    {
        if (!_open.TryPop(out char expected))
        {
            throw source.Unsupported($"'{bracket}' closes nothing", position);
        }

        if (bracket != expected)
        {
            throw source.Unsupported($"'{bracket}' was found where '{expected}' was expected", position);
        }
    }

    private void ReadNumber(ref int position)
    {
        int start = position;
        bool afterDot = tokens[^1].IsSymbol(".") && tokens[^1].Position == start - 1;
        SkipDigits(ref position);
        TemplateTokenKind kind = TemplateTokenKind.Integer;
        if (!afterDot && IsDigitAt(position + 1) && _text[position] == '.')
        {
            position++;
            SkipDigits(ref position);
            kind = TemplateTokenKind.Float;
        }

        if (!afterDot && position < _text.Length && _text[position] is 'e' or 'E')
        {
            int digits = position + 1 < _text.Length && _text[position + 1] is '+' or '-' ? position + 2 : position + 1;
            if (IsDigitAt(digits))
            {
                position = digits;
                SkipDigits(ref position);
                kind = TemplateTokenKind.Float;
            }
        }

        Add(kind, _text[start..position].Replace("_", "", StringComparison.Ordinal), start);
    }

    // Digits may be grouped by single underscores.
    private void SkipDigits(ref int position)
    {
        while (IsDigitAt(position) || (position < _text.Length && _text[position] == '_' && IsDigitAt(position + 1)))
        {
            position++;
        }
    }

    private bool IsDigitAt(int position) => position < _text.Length && char.IsAsciiDigit(_text[position]);

    private void ReadString(char quote, ref int position)
    {
        int start = position++;
        var value = new StringBuilder();
        while (position < _text.Length && _text[position] != quote)
        {
            char c = _text[position++];
            if (c == '\\' && position < _text.Length)
            {
                StringEscapes.Append(_text, ref position, value);
            }
            else
            {
                value.Append(c);
            }
        }

        if (position >= _text.Length)
        {
            throw source.Unsupported("a string is not closed", start);
        }

        position++;
        Add(TemplateTokenKind.String, value.ToString(), start);
    }

    private void Add(TemplateTokenKind kind, string text, int position) => tokens.Add(new TemplateToken(kind, text, position));
}
