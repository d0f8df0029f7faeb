using System.Text;

namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Calls as Mistral's models write them: <c>[TOOL_CALLS] [{"name": …, "arguments": …}, …]</c>, and the newer ones
/// <c>[TOOL_CALLS]name{…}</c> or <c>[TOOL_CALLS]name[ARGS]{…}</c>, any number.
/// </summary>
/// <param name="tools">Names of the functions.</param>
/// <param name="most">Calls to report.</param>
/// <param name="output">Where to.</param>
/// <param name="isOpen">The prompt ends in the opening, so that the output begins behind it.</param>
internal sealed class MistralReader(IReadOnlySet<string> tools, int most, DeltaBuffer output, bool isOpen)
    : ToolCallReader(tools, most, output)
{
    /// <summary>Before calls. A control token, as the others: it is never content.</summary>
    public const string Opening = "[TOOL_CALLS]";

    /// <summary>Between a name and its arguments.</summary>
    public const string Arguments = "[ARGS]";

    /// <summary>Between a name and an id that the model gives the call; ours go by our own.</summary>
    public const string CallId = "[CALL_ID]";

    private readonly StringBuilder _word = new();
    private Place _place = isOpen ? Place.Opened : Place.Text;
    private NestedValue _nested;
    private string _name = "";
    private bool _inList;

    private enum Place
    {
        Text,
        Opened,
        Item,
        InObject,
        AfterItem,
        Name,
        Marker,
        Id,
        BeforeArguments,
        InArguments,
    }

    /// <inheritdoc/>
    public override void Push(char c)
    {
        switch (_place)
        {
            case Place.Text:
                if (ReadText(c, Opening) is not null)
                {
                    _inList = false;
                    Go(Place.Opened);
                }

                break;
            case Place.InObject:
                PushObject(c);
                break;
            case Place.InArguments:
                PushArguments(c);
                break;
            case Place.Name or Place.Marker or Place.Id:
                PushName(c);
                break;
            case Place.Opened or Place.Item or Place.AfterItem or Place.BeforeArguments when IsSpace(c):
                Hold(c);
                break;
            default:
                PushMark(c);
                break;
        }
    }

    private void PushMark(char c)
    {
        switch (_place, c)
        {
            case (Place.Opened, '['):
                _inList = true;
                Hold(c);
                Go(Place.Item);
                break;
            case (Place.Opened or Place.Item, '{'):
                BeginObject();
                Go(Place.InObject);
                PushObject(c);
                break;
            case (Place.Opened, _) when IsNameChar(c):
                Go(Place.Name);
                PushName(c);
                break;
            case (Place.AfterItem, ','):
                Hold(c);
                Go(Place.Item);
                break;
            case (Place.AfterItem, ']'):
                Drop();
                Go(Place.Text);
                break;
            case (Place.BeforeArguments, '{'):
                BeginCall(_name);
                _nested = default;
                Go(Place.InArguments);
                PushArguments(c);
                break;
            default:
                Give(c);
                break;
        }
    }

    private void PushObject(char c)
    {
        ReadStep step = ReadObject(c);
        if (step == ReadStep.Ended)
        {
            Go(_inList ? Place.AfterItem : Place.Text);
        }
        else if (step == ReadStep.Broken)
        {
            Give(c);
        }
    }

    private void PushName(char c)
    {
        if (_place == Place.Marker)
        {
            PushMarker(c);
        }
        else if (c == '[' && EndsName())
        {
            Go(Place.Marker);
            PushMarker(c);
        }
        else if (_place == Place.Name && c == '{' && EndsName())
        {
            Go(Place.BeforeArguments);
            PushMark(c);
        }
        else if (IsNameChar(c))
        {
            Hold(c);
            _word.Append(c);
        }
        else
        {
            Give(c);
        }
    }

    // A whole marker is not held on: what is given back is text.
    private void PushMarker(char c)
    {
        _word.Append(c);
        if (!StartsLike(Arguments) && !StartsLike(CallId))
        {
            Give(c);
            return;
        }

        Hold(c);
        Place? next = _word.Equals(Arguments) ? Place.BeforeArguments : _word.Equals(CallId) ? Place.Id : null;
        if (next is { } place)
        {
            Unhold(_word.Length);
            Go(place);
        }
    }

    private bool EndsName()
    {
        _name = _place == Place.Name ? _word.ToString() : _name;
        return IsTool(_name);
    }

    private void PushArguments(char c)
    {
        ReadStep step = _nested.Push(c);
        if (step != ReadStep.Broken)
        {
            AddArguments(_word.Clear().Append(c));
        }

        if (step != ReadStep.More)
        {
            Go(Place.Text);
        }

        if (step == ReadStep.Broken)
        {
            Push(c);
        }
    }

    private bool StartsLike(string marker) => _word.Length <= marker.Length && _word.Equals(marker.AsSpan(0, _word.Length));

    private static bool IsNameChar(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private void Go(Place place)
    {
        _place = place;
        _word.Clear();
    }

    private void Give(char c)
    {
        GiveBack();
        Go(Place.Text);
        Push(c);
    }
}
