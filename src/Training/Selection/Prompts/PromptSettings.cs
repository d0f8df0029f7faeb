namespace Godwit.Training.Selection.Prompts;

/// <summary>How many prompts to take, and how.</summary>
internal sealed record PromptSettings
{
    /// <summary>Prompts for training the router; one in six is spliced. Normalised copies come on top.</summary>
    public int Count { get; init; } = 6000;

    /// <summary>Prompts that hint at their domain and are not labelled; one in three mixes domains. Normalised copies come on top.</summary>
    public int Hints { get; init; } = 90_000;

    /// <summary>Prompts for evaluation, each of one domain; normalised copies come on top.</summary>
    public int HeldOut { get; init; } = 2000;

    /// <summary>Spliced prompts for evaluation.</summary>
    public int HeldOutSpliced { get; init; } = 400;

    /// <summary>Prompts for evaluation of the domain that nothing is trained on.</summary>
    public int Unseen { get; init; } = 300;

    /// <summary>The same seed takes the same prompts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Shortest prompt, UTF-8 bytes.</summary>
    public int LeastBytes { get; init; } = 60;

    /// <summary>Longest prompt, UTF-8 bytes.</summary>
    public int MostBytes { get; init; } = 600;
}
