using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates;

/// <summary>The chat templates of a model, and the special tokens they may write. Immutable.</summary>
internal sealed class ChatTemplateSet
{
    private readonly ChatTemplate? _default;
    private readonly ChatTemplate? _toolUse;
    private readonly IReadOnlyDictionary<string, Value> _tokens;

    private ChatTemplateSet(Dictionary<string, string> templates, IReadOnlyDictionary<string, Value> tokens)
    {
        _default = templates.TryGetValue(TemplateFiles.Default, out string? text) ? new ChatTemplate(text) : null;
        _toolUse = templates.TryGetValue("tool_use", out string? tools) ? new ChatTemplate(tools) : null;
        _tokens = tokens;
    }

    /// <summary>Reads the templates of a model's folder; none is an empty set.</summary>
    /// <exception cref="InvalidDataException">A file is there and cannot be read: one line says which and why.</exception>
    public static ChatTemplateSet Load(string directory)
    {
        TokenizerConfig config = TokenizerConfig.Load(directory);
        return new ChatTemplateSet(TemplateFiles.Load(directory, config), config.SpecialTokens);
    }

    /// <summary>Text of the beginning-of-sequence token; null when there is none.</summary>
    public string? BosToken => (_tokens.GetValueOrDefault("bos_token") as StringValue)?.Content;

    /// <summary>The template for a request: with tools the one named <c>tool_use</c>, if there is one; null when there is none at all.</summary>
    public ChatTemplate? For(bool tools) => tools && _toolUse is not null ? _toolUse : _default;

    /// <summary>The prompt of a conversation, in the template that suits it.</summary>
    /// <exception cref="ChatTemplateException">There is none: no template, or it failed or refused.</exception>
    public TemplateText Render(ChatTemplateInput input) => For(input.Tools is not null) is { } template
        ? template.Render(input, _tokens)
        : throw new ChatTemplateMissingException();
}
