namespace Godwit.Worker.Sampling;

/// <summary>No token can be drawn for a sequence; its request fails, the others of the batch go on.</summary>
internal sealed class SamplingException : Exception
{
    private SamplingException(string message, bool nothingAllowed)
        : base(message) => NothingAllowed = nothingAllowed;

    /// <summary>The request's own constraints leave no token; otherwise the model's logits are no numbers.</summary>
    public bool NothingAllowed { get; }

    /// <summary>A row of logits holds NaN or +∞, or nothing but −∞.</summary>
    public static SamplingException BadLogits() => new("The model computed logits that are not numbers.", nothingAllowed: false);

    /// <summary>Every token is masked.</summary>
    /// <param name="position">Index of the token within the output.</param>
    public static SamplingException AllMasked(int position) => new(
        $"At token {position} of the output the request's constraints (allowed_token_ids, bad_words, min_tokens, grammar) leave no token.",
        nothingAllowed: true);
}
