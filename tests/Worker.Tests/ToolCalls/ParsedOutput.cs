using System.Text;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Tests.ToolCalls;

/// <summary>What a parser makes of a text, put together from its deltas.</summary>
internal sealed class ParsedOutput
{
    private readonly StringBuilder _reasoning = new();
    private readonly StringBuilder _content = new();
    private readonly List<(string Name, StringBuilder Arguments)> _calls = [];

    public string Reasoning => _reasoning.ToString();

    public string Content => _content.ToString();

    /// <summary>The calls, one a line: name, a space, arguments.</summary>
    public string Calls => string.Join('\n', _calls.Select(call => $"{call.Name} {call.Arguments}"));

    public static ParsedOutput Of(OutputSyntax syntax, IEnumerable<string> pieces)
    {
        var parser = new OutputParser(syntax);
        var parsed = new ParsedOutput();
        foreach (string piece in pieces)
        {
            parser.Push(piece);
            parsed.Add(parser.Take());
        }

        parser.Finish();
        parsed.Add(parser.Take());
        Assert.Empty(parser.Take());
        Assert.Equal(parsed._calls.Count, Math.Min(parser.Calls, syntax.MostCalls));
        return parsed;
    }

    public void Add(IReadOnlyList<OutputDelta> deltas)
    {
        foreach (OutputDelta delta in deltas)
        {
            switch (delta.Kind)
            {
                case OutputDeltaKind.Reasoning:
                    Assert.NotEmpty(delta.Text);
                    _reasoning.Append(delta.Text);
                    break;
                case OutputDeltaKind.Content:
                    Assert.NotEmpty(delta.Text);
                    _content.Append(delta.Text);
                    break;
                case OutputDeltaKind.Call:
                    Assert.Equal(_calls.Count, delta.Call);
                    _calls.Add((delta.Text, new StringBuilder()));
                    break;
                default:
                    Assert.NotEmpty(delta.Text);
                    Assert.Equal(_calls.Count - 1, delta.Call);
                    _calls[delta.Call].Arguments.Append(delta.Text);
                    break;
            }
        }
    }
}
