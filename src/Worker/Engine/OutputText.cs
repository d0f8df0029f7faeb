using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Engine;

/// <summary>
/// Turns a choice's tokens into text that may be shown: holds back half characters and whatever may yet become a stop string, so
/// that an output ends where the text of its last token can be shown whole. A function of the tokens, never of time.
/// </summary>
internal sealed class OutputText(IncrementalDetokenizer detokenizer, IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether a stop string was found; the sequence ends with the token that completed it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes one token; returns the text to show, or null when it must be held back.</summary>
    public string? Push(int token)
    {
        _held += detokenizer.Push(token);
        if (FindStop() is int at)
        {
            Stopped = true;
            return Take(_held[..at]);
        }

        return detokenizer.HasPending || EndsLikeAStop() ? null : Take(_held);
    }

    /// <summary>The text still held when the sequence ends by itself.</summary>
    public string Finish()
    {
        _held += detokenizer.Flush();
        return Take(FindStop() is int at ? _held[..at] : _held);
    }

    private string Take(string text)
    {
        _held = "";
        return text;
    }

    private int? FindStop()
    {
        int first = int.MaxValue;
        foreach (string stop in stops)
        {
            int at = _held.IndexOf(stop, StringComparison.Ordinal);
            first = at >= 0 ? Math.Min(first, at) : first;
        }

        return first == int.MaxValue ? null : first;
    }

    private bool EndsLikeAStop()
    {
        foreach (string stop in stops)
        {
            for (int length = Math.Min(stop.Length - 1, _held.Length); length > 0; length--)
            {
                if (_held.AsSpan(_held.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
