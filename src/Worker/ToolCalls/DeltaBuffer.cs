using System.Text;

namespace Godwit.Worker.ToolCalls;

/// <summary>Gathers what the readers find, neighbours of one kind joined.</summary>
internal sealed class DeltaBuffer
{
    private readonly List<OutputDelta> _deltas = [];
    private readonly StringBuilder _text = new();
    private OutputDeltaKind _kind;
    private int _call;

    /// <summary>Adds a character.</summary>
    public void Add(OutputDeltaKind kind, char text, int call = 0)
    {
        Turn(kind, call);
        _text.Append(text);
    }

    /// <summary>Adds a text and empties it.</summary>
    public void Move(OutputDeltaKind kind, StringBuilder text, int call = 0)
    {
        if (text.Length > 0)
        {
            Turn(kind, call);
            _text.Append(text);
            text.Clear();
        }
    }

    /// <summary>Begins a call.</summary>
    public void Begin(string name, int call)
    {
        Close();
        _deltas.Add(new OutputDelta(OutputDeltaKind.Call, name, call));
    }

    /// <summary>What has been gathered since it was last taken.</summary>
    public IReadOnlyList<OutputDelta> Take()
    {
        Close();
        OutputDelta[] taken = [.. _deltas];
        _deltas.Clear();
        return taken;
    }

    private void Turn(OutputDeltaKind kind, int call)
    {
        if (kind != _kind || call != _call)
        {
            Close();
            (_kind, _call) = (kind, call);
        }
    }

    private void Close()
    {
        if (_text.Length > 0)
        {
            _deltas.Add(new OutputDelta(_kind, _text.ToString(), _call));
            _text.Clear();
        }
    }
}
