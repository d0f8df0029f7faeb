namespace Godwit.Worker.ChatTemplates;

/// <summary>What a template may read.</summary>
/// <param name="Messages"><c>messages</c></param>
/// <param name="AddGenerationPrompt"><c>add_generation_prompt</c></param>
/// <param name="BosToken"><c>bos_token</c>; null is undefined.</param>
/// <param name="EosToken"><c>eos_token</c>; null is undefined.</param>
internal sealed record TemplateVariables(
    IReadOnlyList<ChatTemplateMessage> Messages,
    bool AddGenerationPrompt,
    string? BosToken,
    string? EosToken);
