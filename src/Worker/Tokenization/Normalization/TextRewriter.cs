using System.Text;

namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Writes a text anew, front to back, and says of each character what it stands for, so that what is plain stays plain.</summary>
internal sealed class TextRewriter(TracedText source)
{
    private readonly StringBuilder _text = new(source.Text.Length + 16);
    private readonly List<bool>? _plain = source.Plain is null ? null : new List<bool>(source.Text.Length + 16);
    private bool _fromStart = source.FromStart;

    /// <summary>Takes over the source from <paramref name="start"/> on and before <paramref name="end"/>.</summary>
    public void Keep(int start, int end)
    {
        NoteStart(start, end - start);
        _text.Append(source.Text, start, end - start);
        _plain?.AddRange(source.Plain.AsSpan(start..end));
    }

    /// <summary>Writes <paramref name="content"/> in place of the source from <paramref name="start"/> on and before <paramref name="end"/>.</summary>
    public void Put(ReadOnlySpan<char> content, int start, int end) => Put(content, start, source.AnyPlain(start, end));

    /// <summary>Writes <paramref name="content"/> in place of what begins at <paramref name="start"/>, all of it plain or none.</summary>
    public void Put(ReadOnlySpan<char> content, int start, bool plain)
    {
        NoteStart(start, content.Length);
        _text.Append(content);
        if (_plain is not null)
        {
            for (int i = 0; i < content.Length; i++)
            {
                _plain.Add(plain);
            }
        }
    }

    public TracedText Finish() => new(_text.ToString(), _plain?.ToArray(), _fromStart);

    private void NoteStart(int start, int length)
    {
        if (_text.Length == 0 && length > 0)
        {
            _fromStart &= start == 0;
        }
    }
}
