using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Answers;

/// <summary>Makes the parts of an answer out of the engine's outputs: the prompt's echo, and which token made which text.</summary>
internal sealed class AnswerParts(AnswerHead head)
{
    private readonly bool[] _begun = new bool[head.Prompts.Count];
    private readonly int[] _offsets = new int[head.Prompts.Count];

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

        return new AnswerPart(output.Choice, first, text, tokens, output);
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
