using System.Text.RegularExpressions;
using Godwit.Worker.ChatTemplates.Texts;

namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>
/// Cuts a template into tokens, with Jinja's white-space control: <c>-</c> and <c>+</c> in tags, and the settings Hugging Face
/// renders with, <c>trim_blocks</c> (a line end after a block goes) and <c>lstrip_blocks</c> (blanks before a block on its line go).
/// </summary>
internal sealed partial class TemplateLexer
{
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
            if (kind == '%' && RawStart().Match(_text, tag) is { Success: true } raw)
            {
                ReadRaw(raw);
                continue;
            }

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
        _tokens.Add(new TemplateToken(TemplateTokenKind.End, string.Empty, _text.Length));
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

    /// <summary>Where the text before a tag ends, white space taken off as the tag's sign says.</summary>
    private int TextEnd(int tag, char kind, char sign)
    {
        int start = _position;
        if (sign == '-')
        {
            return start + WhiteSpace.TrimEnd(_text.AsSpan(start, tag - start)).Length;
        }

        if (sign == '+' || kind == '{')
        {
            return tag;
        }

        // lstrip_blocks: only when nothing but blanks stands before the block on its line.
        int lineStart = start + _text.AsSpan(start, tag - start).LastIndexOf('\n') + 1;
        bool atLineStart = lineStart == 0 || _text[lineStart - 1] == '\n';
        return atLineStart && WhiteSpace.TrimEnd(_text.AsSpan(lineStart, tag - lineStart)).IsEmpty ? lineStart : tag;
    }

    private void ReadRaw(Match start)
    {
        _position = start.Index + start.Length;
        Match end = RawEnd().Match(_text, _position);
        if (!end.Success)
        {
            throw _source.Unsupported("a 'raw' has no 'endraw'", start.Index);
        }

        string sign = end.Groups[1].Value;
        AddText(_position, TextEnd(end.Index, '%', sign.Length > 0 ? sign[0] : '\0'));
        _position = end.Index + end.Length;
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
        _tokens.Add(new TemplateToken(
            isBlock ? TemplateTokenKind.StatementStart : TemplateTokenKind.OutputStart, _text.Substring(tag, 2), tag));
        string close = isBlock ? "%}" : "}}";
        var reader = new TagTokenReader(_source, _tokens);
        while (true)
        {
            while (_position < _text.Length && WhiteSpace.Is(_text[_position]))
            {
                _position++;
            }

            if (_position >= _text.Length)
            {
                throw _source.Unsupported("a tag is not closed", tag);
            }

            if (reader.Depth == 0 && TryClose(close, isBlock))
            {
                return;
            }

            reader.Read(ref _position);
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

        _tokens.Add(new TemplateToken(isBlock ? TemplateTokenKind.StatementEnd : TemplateTokenKind.OutputEnd, close, _position));
        _position = at + close.Length;
        TrimAfter(signed ? first : '\0', isBlock);
        return true;
    }

    private void TrimAfter(char sign, bool isBlock)
    {
        if (sign == '-')
        {
            _position = _text.Length - WhiteSpace.TrimStart(_text.AsSpan(_position)).Length;
        }
        else if (isBlock && sign != '+' && _position < _text.Length && _text[_position] == '\n')
        {
            _position++;
        }
    }

    private void AddText(int start, int end)
    {
        if (end > start)
        {
            _tokens.Add(new TemplateToken(TemplateTokenKind.Text, _text[start..end], start));
        }
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawStart();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();
}
