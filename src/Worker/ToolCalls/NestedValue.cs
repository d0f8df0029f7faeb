namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Finds the end of a JSON object or array, character by character, whatever is in it. It counts brackets and keeps no stack, so that
/// nesting costs nothing however deep a model goes.
/// </summary>
internal struct NestedValue
{
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Takes a character; the first is the opening bracket.</summary>
    public ReadStep Push(char c)
    {
        if (_inString)
        {
            _inString = _escaped || c != '"';
            _escaped = !_escaped && c == '\\';
            return ReadStep.More;
        }

        switch (c)
        {
            case '"':
                _inString = true;
                return ReadStep.More;
            case '{' or '[':
                _depth++;
                return ReadStep.More;
            case '}' or ']':
                return --_depth == 0 ? ReadStep.Ended : ReadStep.More;
            case '<':
                // No JSON has it here: a bracket is missing, and a closing tag has come.
                return ReadStep.Broken;
            default:
                return ReadStep.More;
        }
    }
}
