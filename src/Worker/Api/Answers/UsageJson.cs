using System.Text.Json;

namespace Godwit.Worker.Api.Answers;

/// <summary>Counts what an answer used, and writes it.</summary>
internal sealed class UsageJson(Utf8JsonWriter json, AnswerHead head)
{
    /// <summary><c>cached_tokens</c>: prompt tokens that the prefix cache spared.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Tokens sampled so far, of all choices, end tokens included, as vLLM counts them.</summary>
    public int CompletionTokens { get; set; }

    /// <summary>Those of them that belong to the reasoning.</summary>
    public int ReasoningTokens { get; set; }

    /// <summary>The object.</summary>
    public void Write()
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, head.PromptTokens);
        json.WriteNumber("completion_tokens"u8, CompletionTokens);
        json.WriteNumber("total_tokens"u8, head.PromptTokens + CompletionTokens);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, CachedTokens);
        json.WriteEndObject();
        if (head.Syntax is { Reasons: true })
        {
            json.WriteStartObject("completion_tokens_details"u8);
            json.WriteNumber("reasoning_tokens"u8, ReasoningTokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
