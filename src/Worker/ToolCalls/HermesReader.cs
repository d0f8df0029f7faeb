namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Calls as Hermes and Qwen models write them: <c>&lt;tool_call&gt;{"name": …, "arguments": …}&lt;/tool_call&gt;</c>, any number, with
/// text before, between and after.
/// </summary>
/// <param name="tools">Names of the functions.</param>
/// <param name="most">Calls to report.</param>
/// <param name="output">Where to.</param>
internal sealed class HermesReader(IReadOnlySet<string> tools, int most, DeltaBuffer output) : ToolCallReader(tools, most, output)
{
    /// <summary>Before a call.</summary>
    public const string Opening = "<tool_call>";

    /// <summary>After a call.</summary>
    public const string Closing = "</tool_call>";

    private Place _place;

    private enum Place
    {
        Text,
        AfterCall,
        BeforeObject,
        InObject,
    }

    /// <inheritdoc/>
    public override void Push(char c)
    {
        switch (_place)
        {
            case Place.AfterCall when IsSpace(c) && !Holds:
                break;
            case Place.Text or Place.AfterCall:
                PushText(c);
                break;
            case Place.BeforeObject when IsSpace(c):
                Hold(c);
                break;
            case Place.BeforeObject when c != '{':
                GiveBack();
                _place = Place.Text;
                Push(c);
                break;
            case Place.BeforeObject:
                BeginObject();
                _place = Place.InObject;
                PushObject(c);
                break;
            default:
                PushObject(c);
                break;
        }
    }

    // A closing tag is one only where a call is open.
    private void PushText(char c)
    {
        string? marker = _place == Place.Text ? ReadText(c, Opening) : ReadText(c, Opening, Closing);
        if (marker == Opening)
        {
            Hold(marker);
            _place = Place.BeforeObject;
        }
        else if (marker == Closing)
        {
            _place = Place.Text;
        }
    }

    private void PushObject(char c)
    {
        ReadStep step = ReadObject(c);
        if (step != ReadStep.More)
        {
            _place = HasBegun ? Place.AfterCall : Place.Text;
        }

        if (step == ReadStep.Broken)
        {
            Push(c);
        }
    }
}
