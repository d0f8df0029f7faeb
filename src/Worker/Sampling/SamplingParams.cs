namespace Godwit.Worker.Sampling;

/// <summary>
/// How the tokens of one request are drawn, when they end and what is reported of them. Values are valid: the Api checked them.
/// </summary>
internal sealed record SamplingParams
{
    /// <summary>0 = greedy; otherwise the logits are divided by it.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only tokens at least this times as probable as the most likely one, [0, 1]; 0 = all.</summary>
    public double MinP { get; init; }

    /// <summary>Only the k most likely tokens; 0 = all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of tokens whose probabilities reach this sum, (0, 1].</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Taken off a token's logit for every time it is in the output, [−2, 2].</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Taken off a token's logit once it is in the output, [−2, 2].</summary>
    public double PresencePenalty { get; init; }

    /// <summary>A logit above 0 is divided by it, one below 0 multiplied, if the token is in the prompt or the output; above 0, 1 = none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Added to the logits of these ids, [−100, 100] each.</summary>
    public IReadOnlyList<TokenBias> LogitBias { get; init; } = [];

    /// <summary>Only these ids may be drawn; null = all.</summary>
    public IReadOnlyList<int>? AllowedTokenIds { get; init; }

    /// <summary>Sequences of ids, at least one each, that may not come about in the output.</summary>
    public IReadOnlyList<IReadOnlyList<int>> BadWords { get; init; } = [];

    /// <summary>Seed of the request's random numbers, which are a function of (seed, choice, position).</summary>
    public long Seed { get; init; }

    /// <summary>Most tokens to generate, null = to the end of the context; 0 = none, only the prompt is computed.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Tokens before which neither an end token can be drawn nor a stop string ends the text.</summary>
    public int MinTokens { get; init; }

    /// <summary>Strings that end the text.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Further token ids that end the sequence, besides the model's own.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>The stop string, or the text of the end token, is part of the text.</summary>
    public bool IncludeStop { get; init; }

    /// <summary>Go on past the model's end-of-sequence tokens.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>Leave control tokens out of the text.</summary>
    public bool SkipSpecialTokens { get; init; } = true;

    /// <summary>Control tokens that are not left out, because whoever reads the text looks for them; null = none.</summary>
    public IReadOnlySet<int>? ShownControlTokens { get; init; }

    /// <summary>Log-probabilities of the drawn tokens and of this many alternatives; null = none.</summary>
    public int? Logprobs { get; init; }

    /// <summary>The same for the tokens of the prompt, from the second on.</summary>
    public int? PromptLogprobs { get; init; }
}
