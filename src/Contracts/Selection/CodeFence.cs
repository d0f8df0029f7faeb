namespace Godwit.Contracts.Selection;

/// <summary>Follows Markdown's code fences line by line: three or more backticks or tildes, indented by at most three spaces.</summary>
internal struct CodeFence
{
    private const int LeastMarks = 3;
    private const int MostIndent = 3;

    private char _mark;
    private int _count;

    /// <summary>Whether the next line is code, or opens or closes it. A fence that is never closed goes on to the end.</summary>
    public bool Covers(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> text = line.TrimStart(' ');
        int indent = line.Length - text.Length;
        char mark = text.IsEmpty ? '\0' : text[0];
        int count = mark is '`' or '~' ? Run(text, mark) : 0;
        bool fences = indent <= MostIndent && count >= LeastMarks;
        if (_count == 0)
        {
            // A backtick further on makes it inline code.
            if (!fences || (mark == '`' && text[count..].Contains('`')))
            {
                return false;
            }

            (_mark, _count) = (mark, count);
        }
        else if (fences && mark == _mark && count >= _count && text[count..].IsWhiteSpace())
        {
            _count = 0;
        }

        return true;
    }

    private static int Run(ReadOnlySpan<char> text, char mark)
    {
        int other = text.IndexOfAnyExcept(mark);
        return other < 0 ? text.Length : other;
    }
}
