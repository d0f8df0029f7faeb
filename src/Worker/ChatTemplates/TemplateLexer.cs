using System.Text;

namespace Godwit.Worker.ChatTemplates;

/// <summary>
/// Cuts a template into tokens, with Jinja's white-space control: <c>-</c> and <c>+</c> in tags, and the settings Hugging Face
/// renders with, <c>trim_blocks</c> (a line end after a block goes) and <c>lstrip_blocks</c> (blanks before a block on its line go).
/// </summary>
internal sealed class TemplateLexer
{
    // Longest first, so that "==" is not read as two.
    private static readonly string[] Symbols =
    [
        "**", "//", "==", "!=", "<=", ">=",
        "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ",", ":", "|", "(", ")", "[", "]", "{", "}",
    ];

    private readonly TemplateSource _source;
    private readonly string _text;
    private readonly List<TemplateToken> _tokens = [];
    private int _position;

    private TemplateLexer(TemplateSource source)
    {
        _source = source;
        _text = source.Text;
    }

    public static List<TemplateToken> Read(TemplateSource source)
    {
        var lexer = new TemplateLexer(source);
        lexer.ReadTemplate();
        return lexer._tokens;
    }

    private void ReadTemplate()
    {
        while (NextTag() is var tag and >= 0)
        {
            char sign = tag + 2 < _text.Length ? _text[tag + 2] : '\0';
            char kind = _text[tag + 1];
            AddText(_position, TextEnd(tag, kind, sign));
            _position = tag + (sign is '-' or '+' ? 3 : 2);
            if (kind == '#')
            {
                SkipComment(tag);
            }
            else
            {
                ReadTag(tag, isBlock: kind == '%');
            }
        }

        AddText(_position, _text.Length);
        Add(TemplateTokenKind.End, string.Empty, _text.Length);
    }

    private int NextTag()
    {
        for (int i = _position; i + 1 < _text.Length; i++)
        {
            if (_text[i] == '{' && _text[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    private int TextEnd(int tag, char kind, char sign)
    {
        int start = _position;
        if (sign == '-')
        {
            return start + _text.AsSpan(start, tag - start).TrimEnd().Length;
        }

        if (sign == '+' || kind == '{')
        {
            return tag;
        }

        // lstrip_blocks: only when nothing but blanks stands before the block on its line.
        int lineStart = start + _text.AsSpan(start, tag - start).LastIndexOf('\n') + 1;
        bool atLineStart = lineStart == 0 || _text[lineStart - 1] == '\n';
        return atLineStart && _text.AsSpan(lineStart, tag - lineStart).IsWhiteSpace() ? lineStart : tag;
    }

    private void SkipComment(int tag)
    {
        int end = _text.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw _source.Unsupported("a comment is not closed", tag);
        }

        char sign = end > _position ? _text[end - 1] : '\0';
        _position = end + 2;
        TrimAfter(sign, isBlock: true);
    }

    private void ReadTag(int tag, bool isBlock)
    {
        Add(isBlock ? TemplateTokenKind.StatementStart : TemplateTokenKind.OutputStart, _text.Substring(tag, 2), tag);
        string close = isBlock ? "%}" : "}}";
        int depth = 0;
        while (true)
        {
            while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
            {
                _position++;
            }

            if (_position >= _text.Length)
            {
                throw _source.Unsupported("a tag is not closed", tag);
            }

            if (depth == 0 && TryClose(close, isBlock))
            {
                return;
            }

            depth += ReadToken();
        }
    }

    private bool TryClose(string close, bool isBlock)
    {
        char first = _text[_position];
        bool signed = first == '-' || (first == '+' && isBlock);
        int at = signed ? _position + 1 : _position;
        if (string.CompareOrdinal(_text, at, close, 0, close.Length) != 0)
        {
            return false;
        }

        Add(isBlock ? TemplateTokenKind.StatementEnd : TemplateTokenKind.OutputEnd, close, _position);
        _position = at + close.Length;
        TrimAfter(signed ? first : '\0', isBlock);
        return true;
    }

    private void TrimAfter(char sign, bool isBlock)
    {
        if (sign == '-')
        {
            _position = _text.Length - _text.AsSpan(_position).TrimStart().Length;
        }
        else if (isBlock && sign != '+' && _position < _text.Length && _text[_position] == '\n')
        {
            _position++;
        }
    }

    /// <summary>Reads one token within a tag; says by how much it changes the depth of brackets.</summary>
    private int ReadToken()
    {
        int start = _position;
        char first = _text[start];
        if (first is '\'' or '"')
        {
            ReadString(first);
            return 0;
        }

        if (char.IsAsciiDigit(first))
        {
            AddWhile(TemplateTokenKind.Number, static c => char.IsAsciiDigit(c) || c is '.' or '_');
            return 0;
        }

        if (char.IsLetter(first) || first == '_')
        {
            AddWhile(TemplateTokenKind.Name, static c => char.IsLetterOrDigit(c) || c == '_');
            return 0;
        }

        string symbol = Array.Find(Symbols, s => string.CompareOrdinal(_text, start, s, 0, s.Length) == 0)
            ?? throw _source.Unsupported($"unexpected character '{first}'", start);
        Add(TemplateTokenKind.Symbol, symbol, start);
        _position += symbol.Length;
        return symbol switch { "(" or "[" or "{" => 1, ")" or "]" or "}" => -1, _ => 0 };
    }

    private void AddWhile(TemplateTokenKind kind, Func<char, bool> belongs)
    {
        int start = _position;
        while (_position < _text.Length && belongs(_text[_position]))
        {
            _position++;
        }

        Add(kind, _text[start.._position], start);
    }

    private void ReadString(char quote)
    {
        int start = _position++;
        var value = new StringBuilder();
        while (_position < _text.Length && _text[_position] != quote)
        {
            char c = _text[_position++];
            if (c == '\\' && _position < _text.Length)
            {
                StringEscapes.Append(_text, ref _position, value);
            }
            else
            {
                value.Append(c);
            }
        }

        if (_position >= _text.Length)
        {
            throw _source.Unsupported("a string is not closed", start);
        }

        _position++;
        Add(TemplateTokenKind.String, value.ToString(), start);
    }

    private void AddText(int start, int end)
    {
        if (end > start)
        {
            Add(TemplateTokenKind.Text, _text[start..end], start);
        }
    }

    private void Add(TemplateTokenKind kind, string text, int position) => _tokens.Add(new TemplateToken(kind, text, position));
}
