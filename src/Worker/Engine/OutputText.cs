using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Engine;

/// <summary>
/// Turns a choice's tokens into text that may be shown: holds back half characters and whatever may yet become a stop string, so
/// that an output ends where the text of its last token can be shown whole. A function of the tokens, never of time.
/// </summary>
/// <param name="detokenizer">Text of the tokens.</param>
/// <param name="stops">Strings that end the text.</param>
/// <param name="includeStop">The stop string, or the end token's text, is shown too.</param>
internal sealed class OutputText(IncrementalDetokenizer detokenizer, IReadOnlyList<string> stops, bool includeStop = false)
{
    // Nearly every output is one token of a few characters: those share their lists of lengths.
    private static readonly int[][] s_single = [.. Enumerable.Range(0, 64).Select(length => new[] { length })];
    private readonly string[] _stops = [.. stops];
    private readonly List<int> _lengths = [];
    private string _held = "";
    private int _passed;

    /// <summary>Whether a stop string was found; the sequence ends with the token that completed it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes one token; returns the text to show, or null when it must be held back.</summary>
    /// <param name="token">The token.</param>
    /// <param name="mayStop">A stop string that this token completes ends the text.</param>
    public ShownText? Push(int token, bool mayStop = true)
    {
        Append(token);
        if (!mayStop)
        {
            _passed = _held.Length;
        }
        else if (FindStop() is int end)
        {
            Stopped = true;
            return Cut(end);
        }

        return detokenizer.HasPending || EndsLikeAStop() ? null : TakeAll();
    }

    /// <summary>The text still held when the sequence ends by itself.</summary>
    /// <param name="endToken">The token that ended it, if one did.</param>
    public ShownText Finish(int? endToken = null)
    {
        if (endToken is int token && includeStop)
        {
            Append(token);
        }

        string rest = detokenizer.Flush();
        _held += rest;
        if (rest.Length > 0)
        {
            // What was left of a character belongs to the token that began it, or else to the one that ended the text.
            if (_lengths.Count == 0)
            {
                _lengths.Add(0);
            }

            _lengths[^1] += rest.Length;
        }

        return FindStop() is int end ? Cut(end) : TakeAll();
    }

    private void Append(int token)
    {
        string text = detokenizer.Push(token);
        _held += text;
        _lengths.Add(text.Length);
    }

    private ShownText TakeAll()
    {
        bool isCommon = _lengths.Count == 1 && _lengths[0] < s_single.Length;
        var shown = new ShownText(_held, isCommon ? s_single[_lengths[0]] : [.. _lengths]);
        Clear();
        return shown;
    }

    private ShownText Cut(int end)
    {
        var lengths = new List<int>(_lengths.Count);
        int start = 0;
        for (int i = 0; i < _lengths.Count && start < end; i++)
        {
            lengths.Add(Math.Min(_lengths[i], end - start));
            start += _lengths[i];
        }

        var shown = new ShownText(_held[..end], lengths);
        Clear();
        return shown;
    }

    private void Clear()
    {
        _held = "";
        _passed = 0;
        _lengths.Clear();
    }

    // Where the text ends by the first stop string that goes beyond what has passed already.
    private int? FindStop()
    {
        int first = int.MaxValue, end = 0;
        foreach (string stop in _stops)
        {
            int from = Math.Max(0, _passed - stop.Length + 1);
            int at = from < _held.Length ? _held.IndexOf(stop, from, StringComparison.Ordinal) : -1;
            if (at >= 0 && at < first)
            {
                first = at;
                end = includeStop ? at + stop.Length : at;
            }
        }

        return first == int.MaxValue ? null : end;
    }

    private bool EndsLikeAStop()
    {
        foreach (string stop in _stops)
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
