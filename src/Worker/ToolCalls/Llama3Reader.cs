namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Calls as Llama 3 models write them: the output is <c>{"name": …, "parameters": …}</c> and nothing else, several of them separated by
/// semicolons, perhaps behind a <c>&lt;|python_tag|&gt;</c>.
/// </summary>
/// <param name="tools">Names of the functions.</param>
/// <param name="most">Calls to report.</param>
/// <param name="output">Where to.</param>
internal sealed class Llama3Reader(IReadOnlySet<string> tools, int most, DeltaBuffer output) : ToolCallReader(tools, most, output)
{
    /// <summary>Says that what follows is for a program. A control token: it is never content.</summary>
    public const string PythonTag = "<|python_tag|>";

    private Place _place = Place.Between;

    private enum Place
    {
        // Where a call may begin: at the start, after the tag, after another call.
        Between,
        InObject,
        Text,
    }

    /// <inheritdoc/>
    public override void Push(char c)
    {
        switch (_place)
        {
            case Place.InObject:
                PushObject(c);
                break;
            case Place.Text:
                _place = ReadText(c, PythonTag) is null ? Place.Text : Place.Between;
                break;
            case Place.Between when IsSpace(c) && !Holds:
                Space(c);
                break;
            case Place.Between when IsSpace(c) || (c == ';' && HasBegun && !Holds):
                Hold(c);
                break;
            case Place.Between when c == '{':
                BeginObject();
                _place = Place.InObject;
                PushObject(c);
                break;
            default:
                GiveBack();
                _place = Place.Text;
                Push(c);
                break;
        }
    }

    private void PushObject(char c)
    {
        ReadStep step = ReadObject(c);
        if (step == ReadStep.Ended)
        {
            _place = Place.Between;
        }
        else if (step == ReadStep.Broken)
        {
            _place = Place.Text;
            Push(c);
        }
    }
}
