using System.Text;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>A choice of an answer that is sent whole, as it comes together.</summary>
/// <param name="prompt">Token ids of its prompt.</param>
internal sealed class AnswerChoice(IReadOnlyList<int> prompt)
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<AnswerCall> _calls = [];
    private readonly List<AnswerToken> _tokens = [];
    private readonly List<int> _tokenIds = [];
    private double _logprobs;

    /// <summary>Token ids of the prompt.</summary>
    public IReadOnlyList<int> Prompt { get; } = prompt;

    /// <summary>Its text, without reasoning and calls.</summary>
    public string Text => _text.ToString();

    /// <summary>What the model thought before it answered.</summary>
    public string Reasoning => _reasoning.ToString();

    /// <summary>Its calls.</summary>
    public IReadOnlyList<AnswerCall> Calls => _calls;

    /// <summary>Whether it has reasoning or calls and no text.</summary>
    public bool IsWithoutText => _text.Length == 0 && (_calls.Count > 0 || _reasoning.Length > 0);

    /// <summary>The text's tokens, if log-probabilities were asked for.</summary>
    public IReadOnlyList<AnswerToken> Tokens => _tokens;

    /// <summary>Sampled token ids, those of the stop too.</summary>
    public IReadOnlyList<int> TokenIds => _tokenIds;

    /// <summary>Log-probabilities of the prompt, if they were asked for.</summary>
    public IReadOnlyList<TokenLogprobs?>? PromptLogprobs { get; private set; }

    /// <summary>Why it ended.</summary>
    public FinishReason Finish { get; private set; }

    /// <summary>It ended to have its calls answered.</summary>
    public bool EndsInCalls { get; private set; }

    /// <summary>Mean log-probability of its tokens, those of the stop too; 0 for no tokens.</summary>
    public double MeanLogprob => _logprobs / Math.Max(1, _tokenIds.Count);

    /// <summary>Takes a part.</summary>
    public void Add(AnswerPart part)
    {
        if (part.Deltas is null)
        {
            _text.Append(part.Text);
        }

        foreach (OutputDelta delta in part.Deltas ?? [])
        {
            Add(delta);
        }

        _tokens.AddRange(part.Tokens);
        _tokenIds.AddRange(part.TokenIds);
        _logprobs += part.Output.Logprobs?.Sum(token => (double)token.Logprob) ?? 0;
        PromptLogprobs ??= part.PromptLogprobs;
        Finish = part.Finish ?? Finish;
        EndsInCalls |= part.EndsInCalls;
    }

    private void Add(OutputDelta delta)
    {
        switch (delta.Kind)
        {
            case OutputDeltaKind.Content:
                _text.Append(delta.Text);
                break;
            case OutputDeltaKind.Reasoning:
                _reasoning.Append(delta.Text);
                break;
            case OutputDeltaKind.Call:
                _calls.Add(new AnswerCall(delta.Text));
                break;
            default:
                _calls[delta.Call].Arguments.Append(delta.Text);
                break;
        }
    }
}
