using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// Makes the parts of an answer out of the engine's outputs: the prompt's echo, which token made which text, and which text is what.
/// </summary>
internal sealed class AnswerParts(AnswerHead head)
{
    private readonly bool[] _begun = new bool[head.Prompts.Count];
    private readonly int[] _offsets = new int[head.Prompts.Count];
    private readonly OutputParser[]? _parsers =
        head.Syntax is { } syntax ? [.. head.Prompts.Select(_ => new OutputParser(syntax))] : null;

    /// <summary>Tokens of the reasoning so far, of all choices.</summary>
    public int ReasoningTokens { get; private set; }

    /// <summary>The part that an output makes; outputs come in the order of the choice's tokens.</summary>
    public AnswerPart Make(SequenceOutput output)
    {
        bool first = !_begun[output.Choice];
        _begun[output.Choice] = true;
        bool named = head.Report.Logprobs is not null;
        var tokens = new List<AnswerToken>();
        string text = output.Text;
        if (first && head.Report.Echo)
        {
            IReadOnlyList<int> prompt = head.Prompts[output.Choice];
            IReadOnlyList<string> pieces = head.Tokens.PiecesOf(prompt, head.SkipSpecialTokens);
            text = string.Concat(pieces) + text;
            if (named)
            {
                AddPrompt(output, prompt, pieces, tokens);
            }
        }

        if (named)
        {
            AddOutput(output, tokens);
        }

        var part = new AnswerPart(output.Choice, first, text, tokens, output);
        return _parsers is null ? part : Parse(part, _parsers[output.Choice]);
    }

    private AnswerPart Parse(AnswerPart part, OutputParser parser)
    {
        int before = parser.ReasoningTokens;
        int start = 0;
        for (int i = 0; i < part.TokenIds.Count; i++)
        {
            int length = i < part.Output.TextLengths.Count ? part.Output.TextLengths[i] : 0;
            parser.PushToken(part.Text.AsSpan(start, length));
            start += length;
        }

        parser.Push(part.Text.AsSpan(start));
        if (part.Finish is not null)
        {
            parser.Finish();
        }

        ReasoningTokens += parser.ReasoningTokens - before;
        return part with
        {
            Deltas = parser.Take(),
            EndsInCalls = part.Finish == FinishReason.Stop && parser.Calls > 0 && !head.IsCallNamed,
        };
    }

    private void AddPrompt(SequenceOutput output, IReadOnlyList<int> prompt, IReadOnlyList<string> pieces, List<AnswerToken> tokens)
    {
        for (int i = 0; i < prompt.Count; i++)
        {
            Add(output.Choice, pieces[i], prompt[i], output.PromptLogprobs?[i], tokens);
        }
    }

    private void AddOutput(SequenceOutput output, List<AnswerToken> tokens)
    {
        int start = 0;
        for (int i = 0; i < output.TextLengths.Count; i++)
        {
            int length = output.TextLengths[i];
            // A choice without tokens may still have what was left of its prompt's last character.
            if (i < output.TokenIds.Count)
            {
                Add(output.Choice, output.Text.Substring(start, length), output.TokenIds[i], output.Logprobs?[i], tokens);
            }

            start += length;
        }
    }

    private void Add(int choice, string text, int id, TokenLogprobs? logprobs, List<AnswerToken> tokens)
    {
        tokens.Add(new AnswerToken(text, _offsets[choice], id, logprobs));
        _offsets[choice] += text.Length - text.Count(char.IsLowSurrogate);
    }
}
