using System.Text;

namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Tells calls from content, character by character, so that it does not matter how a text is cut. What is not decided yet is held; what
/// was handed on is never taken back. What turns out to be no call of a known function is content; a call that goes wrong once it has
/// begun keeps the arguments it has. White space between calls is nobody's.
/// </summary>
/// <param name="tools">Names of the functions.</param>
/// <param name="most">Calls to report; further ones are left out.</param>
/// <param name="output">Where to.</param>
internal abstract class ToolCallReader(IReadOnlySet<string> tools, int most, DeltaBuffer output)
{
    private readonly StringBuilder _space = new();
    private readonly StringBuilder _held = new();
    private CallObject? _object;
    private bool _hasContent;

    /// <summary>Calls that have begun.</summary>
    public int Calls { get; private set; }

    /// <summary>Whether text is held that is not known for anything yet.</summary>
    protected bool Holds => _held.Length > 0;

    /// <summary>Whether the object that is being read, or was read last, has turned out to be a call.</summary>
    protected bool HasBegun { get; private set; }

    /// <summary>Takes a character.</summary>
    public abstract void Push(char c);

    /// <summary>Takes the end of the output.</summary>
    public void Finish()
    {
        if (Holds)
        {
            GiveBack();
        }
        else if (Calls == 0)
        {
            output.Move(OutputDeltaKind.Content, _space);
        }
    }

    /// <summary>White space as JSON has it.</summary>
    protected static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r';

    /// <summary>Whether this is one of the functions.</summary>
    protected bool IsTool(string name) => tools.Contains(name);

    /// <summary>Keeps white space until it is known whether content follows.</summary>
    protected void Space(char c) => _space.Append(c);

    /// <summary>Keeps a character until it is known what it is.</summary>
    protected void Hold(char c) => _held.Append(c);

    /// <summary>Keeps a text until it is known what it is.</summary>
    protected void Hold(string text) => _held.Append(text);

    /// <summary>The last characters that are held belong to nobody.</summary>
    protected void Unhold(int count) => _held.Length -= count;

    /// <summary>What is held belongs to a call, or to nobody.</summary>
    protected void Drop() => _held.Clear();

    /// <summary>What is held is content.</summary>
    protected void GiveBack()
    {
        if (Holds)
        {
            BeginContent();
            output.Move(OutputDeltaKind.Content, _held);
        }
    }

    /// <summary>Reads text in which markers may come.</summary>
    /// <param name="c">The next character.</param>
    /// <param name="markers">The markers, of two characters or more; none begins within another.</param>
    /// <returns>The marker that it completes, which is then neither held nor content.</returns>
    protected string? ReadText(char c, params ReadOnlySpan<string> markers)
    {
        if (Holds)
        {
            _held.Append(c);
            foreach (string marker in markers)
            {
                if (_held.Equals(marker))
                {
                    Drop();
                    return marker;
                }

                if (_held.Length < marker.Length && _held.Equals(marker.AsSpan(0, _held.Length)))
                {
                    return null;
                }
            }

            _held.Length--;
            GiveBack();
        }

        foreach (string marker in markers)
        {
            if (marker[0] == c)
            {
                Hold(c);
                return null;
            }
        }

        if (IsSpace(c))
        {
            Space(c);
        }
        else
        {
            BeginContent();
            output.Add(OutputDeltaKind.Content, c);
        }

        return null;
    }

    /// <summary>Begins a call's object, of which <see cref="ReadObject"/> gets every character from the opening brace on.</summary>
    protected void BeginObject()
    {
        _object = new CallObject(tools);
        HasBegun = false;
    }

    /// <summary>Reads a character of a call's object. When it is broken, the character is still to be read as what it is.</summary>
    protected ReadStep ReadObject(char c)
    {
        ReadStep step = _object!.Push(c);
        bool known = _object.Name is not null && (_object.HasArguments || step == ReadStep.Ended);
        if (!HasBegun && step != ReadStep.Broken)
        {
            Hold(c);
            if (known)
            {
                BeginCall(_object.Name!);
                HasBegun = true;
                if (!_object.HasArguments)
                {
                    _object.Arguments.Append("{}");
                }
            }
        }

        if (HasBegun)
        {
            AddArguments(_object.Arguments);
        }
        else if (step == ReadStep.Broken)
        {
            GiveBack();
        }

        return step;
    }

    /// <summary>Begins a call; what is held belongs to it.</summary>
    protected void BeginCall(string name)
    {
        Drop();
        if (Calls++ < most)
        {
            output.Begin(name, Calls - 1);
        }
    }

    /// <summary>Adds to the arguments of the last call, and empties what was added.</summary>
    protected void AddArguments(StringBuilder text)
    {
        if (Calls <= most)
        {
            output.Move(OutputDeltaKind.Arguments, text, Calls - 1);
        }
        else
        {
            text.Clear();
        }
    }

    // White space before the first content is part of an answer, unless a call came before.
    private void BeginContent()
    {
        if (Calls == 0 || _hasContent)
        {
            output.Move(OutputDeltaKind.Content, _space);
        }

        _space.Clear();
        _hasContent = true;
    }
}
