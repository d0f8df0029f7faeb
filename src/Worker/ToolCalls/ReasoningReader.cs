using System.Text;

namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Takes the reasoning off the start of an output, character by character: what stands in <c>&lt;think&gt;…&lt;/think&gt;</c>, whatever
/// it looks like. Line breaks around it belong to neither it nor the answer.
/// </summary>
/// <param name="output">Where the reasoning goes.</param>
/// <param name="answer">Where everything else goes.</param>
/// <param name="isOpen">The prompt has opened it.</param>
internal sealed class ReasoningReader(DeltaBuffer output, Action<char> answer, bool isOpen)
{
    /// <summary>Before it.</summary>
    public const string Opening = "<think>";

    /// <summary>After it.</summary>
    public const string Closing = "</think>";

    private readonly StringBuilder _held = new();
    private readonly StringBuilder _breaks = new();
    private Place _place = isOpen ? Place.Inside : Place.Start;
    private int _matched;
    private bool _hasText;

    private enum Place
    {
        Start,
        Inside,
        Behind,
        Answer,
    }

    /// <summary>Whether there is any.</summary>
    public bool HasBegun { get; private set; } = isOpen;

    /// <summary>Whether it is over, or there is none.</summary>
    public bool HasEnded => _place is Place.Behind or Place.Answer;

    /// <summary>Whether a model is expected to think.</summary>
    /// <param name="setting"><c>think</c>, <c>none</c>, or <c>auto</c>: what the chat template shows.</param>
    /// <param name="template">The chat template's text; null when there is none.</param>
    public static bool IsExpected(string setting, string? template) =>
        setting == "think" || (setting == "auto" && template?.Contains(Closing, StringComparison.Ordinal) == true);

    /// <summary>Takes a character.</summary>
    public void Push(char c)
    {
        switch (_place)
        {
            case Place.Start:
                PushStart(c);
                break;
            case Place.Inside:
                PushInside(c);
                break;
            case Place.Behind when c is '\n' or '\r':
                break;
            default:
                _place = Place.Answer;
                answer(c);
                break;
        }
    }

    /// <summary>Takes the end of the output.</summary>
    public void Finish()
    {
        if (_place == Place.Start)
        {
            Answer();
        }
        else if (_place == Place.Inside && _held.Length > 0)
        {
            Think();
        }
    }

    private void PushStart(char c)
    {
        _held.Append(c);
        if (c != Opening[_matched])
        {
            if (_matched > 0 || !char.IsWhiteSpace(c))
            {
                Answer();
            }
        }
        else if (++_matched == Opening.Length)
        {
            _held.Clear();
            HasBegun = true;
            _place = Place.Inside;
        }
    }

    private void PushInside(char c)
    {
        if (_held.Length > 0 && Closing[_held.Length] == c)
        {
            _held.Append(c);
            if (_held.Length == Closing.Length)
            {
                _held.Clear();
                _place = Place.Behind;
            }

            return;
        }

        if (_held.Length > 0)
        {
            Think();
        }

        if (c == Closing[0])
        {
            _held.Append(c);
        }
        else if (c is '\n' or '\r')
        {
            _breaks.Append(c);
        }
        else
        {
            _held.Append(c);
            Think();
        }
    }

    private void Think()
    {
        if (_hasText)
        {
            output.Move(OutputDeltaKind.Reasoning, _breaks);
        }

        _breaks.Clear();
        output.Move(OutputDeltaKind.Reasoning, _held);
        _hasText = true;
    }

    private void Answer()
    {
        _place = Place.Answer;
        foreach (char c in _held.ToString())
        {
            answer(c);
        }

        _held.Clear();
    }
}
