namespace Godwit.Worker.Api.Requests;

/// <summary>What an answer reports besides the text.</summary>
/// <param name="Echo">The text begins with the prompt's.</param>
/// <param name="Logprobs">Log-probabilities of the text's tokens, with this many alternatives each; null = none.</param>
/// <param name="PromptLogprobs">vLLM's <c>prompt_logprobs</c>, with this many alternatives each; null = none.</param>
/// <param name="ReturnTokenIds">vLLM's <c>token_ids</c> and <c>prompt_token_ids</c>.</param>
internal sealed record ReportOptions(bool Echo, int? Logprobs, int? PromptLogprobs, bool ReturnTokenIds)
{
    /// <summary>Alternatives per token of the prompt that the engine has to compute; null = none of it.</summary>
    public int? PromptTop => Echo && Logprobs is int echoed ? Math.Max(echoed, PromptLogprobs ?? 0) : PromptLogprobs;
}
