using System.Text;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Answers;

/// <summary>A choice of an answer that is sent whole, as it comes together.</summary>
/// <param name="prompt">Token ids of its prompt.</param>
internal sealed class AnswerChoice(IReadOnlyList<int> prompt)
{
    private readonly StringBuilder _text = new();
    private readonly List<AnswerToken> _tokens = [];
    private readonly List<int> _tokenIds = [];
    private double _logprobs;

    /// <summary>Token ids of the prompt.</summary>
    public IReadOnlyList<int> Prompt { get; } = prompt;

    /// <summary>Its text.</summary>
    public string Text => _text.ToString();

    /// <summary>The text's tokens, if log-probabilities were asked for.</summary>
    public IReadOnlyList<AnswerToken> Tokens => _tokens;

    /// <summary>Sampled token ids, those of the stop too.</summary>
    public IReadOnlyList<int> TokenIds => _tokenIds;

    /// <summary>Log-probabilities of the prompt, if they were asked for.</summary>
    public IReadOnlyList<TokenLogprobs?>? PromptLogprobs { get; private set; }

    /// <summary>Why it ended.</summary>
    public FinishReason Finish { get; private set; }

    /// <summary>Mean log-probability of its tokens, those of the stop too; 0 for no tokens.</summary>
    public double MeanLogprob => _logprobs / Math.Max(1, _tokenIds.Count);

    /// <summary>Takes a part.</summary>
    public void Add(AnswerPart part)
    {
        _text.Append(part.Text);
        _tokens.AddRange(part.Tokens);
        _tokenIds.AddRange(part.TokenIds);
        _logprobs += part.Output.Logprobs?.Sum(token => (double)token.Logprob) ?? 0;
        PromptLogprobs ??= part.PromptLogprobs;
        Finish = part.Finish ?? Finish;
    }
}
