namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Parses the output of one choice as it comes: reasoning, content, calls and their arguments. However the text is cut, the same comes
/// out. Not thread-safe.
/// </summary>
internal sealed class OutputParser
{
    private readonly DeltaBuffer _output = new();
    private readonly ReasoningReader? _reasoning;
    private readonly ToolCallReader? _calls;
    private int _tokens;
    private int? _tokensUntilAnswer;

    /// <param name="syntax">What to look for.</param>
    public OutputParser(OutputSyntax syntax)
    {
        _calls = syntax.Calls?.CreateReader(syntax, _output);
        Action<char> answer = _calls is null ? AddContent : _calls.Push;
        _reasoning = syntax.Reasons ? new ReasoningReader(_output, answer, syntax.OpensInReasoning) : null;
    }

    /// <summary>Calls found so far.</summary>
    public int Calls => _calls?.Calls ?? 0;

    /// <summary>Tokens up to the end of the reasoning, its markers too; 0 when there is none.</summary>
    public int ReasoningTokens => _reasoning is { HasBegun: true } ? _tokensUntilAnswer ?? _tokens : 0;

    /// <summary>Takes the text that one token completed.</summary>
    public void PushToken(ReadOnlySpan<char> text)
    {
        Push(text);
        _tokens++;
        if (_reasoning is { HasBegun: true, HasEnded: true })
        {
            _tokensUntilAnswer ??= _tokens;
        }
    }

    /// <summary>Takes a text.</summary>
    public void Push(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (_reasoning is not null)
            {
                _reasoning.Push(c);
            }
            else if (_calls is not null)
            {
                _calls.Push(c);
            }
            else
            {
                AddContent(c);
            }
        }
    }

    /// <summary>Takes the end of the output.</summary>
    public void Finish()
    {
        _reasoning?.Finish();
        _calls?.Finish();
    }

    /// <summary>What has been found since it was last taken.</summary>
    public IReadOnlyList<OutputDelta> Take() => _output.Take();

    private void AddContent(char c) => _output.Add(OutputDeltaKind.Content, c);
}
