namespace Godwit.Gateway.OpenAI;

/// <summary>What the Gateway must know of a request's body; everything else is the worker's to judge.</summary>
/// <param name="Model">The model asked for.</param>
/// <param name="Stream">The answer shall be streamed.</param>
/// <param name="Seed">The client's seed; null: one is drawn.</param>
/// <param name="MaxTokens">Most tokens to generate; null: not said.</param>
/// <param name="Priority">Scheduling priority, −100…100.</param>
/// <param name="PromptBytes">Bytes of the prompt or messages, for an estimate of the prompt's tokens.</param>
internal sealed record GenerationCall(string Model, bool Stream, long? Seed, int? MaxTokens, int Priority, int PromptBytes)
{
    // A token of English text is about four bytes; the estimate only has to rank instances.
    private const int BytesPerToken = 4;

    // Of the endpoints that generate, the only one that knows best_of.
    private const string CompletionsPath = "/v1/completions";

    /// <summary>Where the prompt or messages stand in the body.</summary>
    public Range PromptAt { get; init; } = ..0;

    /// <summary>Where the seed's value stands in the body; nowhere when it names none.</summary>
    public Range SeedAt { get; init; } = ..0;

    /// <summary><c>n</c>; null: not said.</summary>
    public int? Choices { get; init; }

    /// <summary><c>best_of</c>; null: not said.</summary>
    public int? BestOf { get; init; }

    /// <summary>The body has the field <c>godwit</c>, which is ours to read.</summary>
    public bool HasGodwit { get; init; }

    /// <summary>Another model may answer it: where this one has no capacity, nothing is said to the client.</summary>
    public bool HasFallback { get; init; }

    /// <summary>Its endpoint generates text.</summary>
    public bool Generates { get; init; } = true;

    /// <summary>Estimate of the prompt's tokens.</summary>
    public int PromptTokens => 1 + (PromptBytes / BytesPerToken);

    /// <summary>
    /// How many choices a worker generates for each prompt: choice i of prompt p has the index p × that + i. Only to be asked of a request
    /// that a worker has taken.
    /// </summary>
    public int ChoicesPerPrompt(string path) => Math.Max(1, (path == CompletionsPath ? BestOf : null) ?? Choices ?? 1);

    /// <summary>The same call to an endpoint that computes its prompt, generates nothing and answers whole.</summary>
    public GenerationCall WithoutGeneration() => this with { Stream = false, MaxTokens = 0, Generates = false };
}
