namespace Godwit.Worker.ChatTemplates;

/// <summary>
/// A model's chat template. Parsed at the first rendering: a template this version cannot render must not keep a model from serving
/// completions. Immutable.
/// </summary>
internal sealed class ChatTemplate
{
    private readonly TemplateSource _source;
    private readonly Lazy<IReadOnlyList<TemplateNode>> _nodes;

    /// <param name="template">Jinja source.</param>
    public ChatTemplate(string template)
    {
        _source = new TemplateSource(template);
        _nodes = new Lazy<IReadOnlyList<TemplateNode>>(() => TemplateParser.Parse(_source));
    }

    /// <summary>
    /// The template of a model's folder: <c>chat_template.jinja</c>, else the entry in <c>tokenizer_config.json</c>; null when there
    /// is none.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is there and cannot be read.</exception>
    public static ChatTemplate? Load(string directory)
    {
        string path = Path.Combine(directory, "chat_template.jinja");
        try
        {
            string? template = File.Exists(path) ? File.ReadAllText(path) : TokenizerConfig.Load(directory).ChatTemplate;
            return template is null ? null : new ChatTemplate(template);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The prompt of a conversation.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <param name="addGenerationPrompt">Whether templates that can open the assistant's turn shall.</param>
    /// <param name="bosToken">The template's <c>bos_token</c>; null is undefined.</param>
    /// <param name="eosToken">The template's <c>eos_token</c>; null is undefined.</param>
    /// <exception cref="ChatTemplateUnsupportedException">The template asks for what this version does not render.</exception>
    public string Render(
        IReadOnlyList<ChatTemplateMessage> messages,
        bool addGenerationPrompt,
        string? bosToken,
        string? eosToken)
    {
        var variables = new TemplateVariables(messages, addGenerationPrompt, bosToken, eosToken);
        return new TemplateRenderer(_source, variables).Render(_nodes.Value);
    }
}
