namespace Godwit.Worker.Sampling;

/// <summary>How the tokens of one request are drawn and when they end. Values are valid: the Api checked them.</summary>
internal sealed record SamplingParams
{
    /// <summary>0 = greedy; otherwise the logits are divided by it.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the smallest set of tokens whose probabilities reach this sum, (0, 1].</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only the k most likely tokens; 0 = all.</summary>
    public int TopK { get; init; }

    /// <summary>Seed of the request's random numbers, which are a function of (seed, choice, position).</summary>
    public long Seed { get; init; }

    /// <summary>Most tokens to generate; null = to the end of the context.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Strings that end the text and are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Further token ids that end the sequence, besides the model's own.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>Go on past the model's end-of-sequence tokens.</summary>
    public bool IgnoreEos { get; init; }
}
