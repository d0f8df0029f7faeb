using System.Collections.Frozen;
using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Analysis;
using Godwit.Worker.ChatTemplates.Values;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker;

/// <summary>Makes the prompt of a chat request with the model's chat template: here the API's messages meet the template's values.</summary>
internal static class ChatRendering
{
    private const string Variables = "chat_template_kwargs";

    /// <summary>
    /// The roles of the API, and what they are to a template: words of its own, of which some make a control token,
    /// <c>'&lt;|' ~ message.role ~ '|&gt;'</c>. The client only chooses among them; any other role is its text.
    /// </summary>
    private static readonly FrozenDictionary<string, StringValue> s_roles =
        ((string[])["developer", "system", "user", "assistant", "tool", "function"]).ToFrozenDictionary(role => role, StringValue.Written);

    /// <summary>The prompt of a conversation; what came from the client is plain in it.</summary>
    /// <param name="model">Id of the model, for messages.</param>
    /// <param name="templates">Its templates.</param>
    /// <param name="chat">The conversation.</param>
    /// <exception cref="ApiException">There is none; the error says why.</exception>
    public static MarkedText Render(string model, ChatTemplateSet templates, ChatConversation chat)
    {
        ChatTemplate template = templates.For(tools: chat.Tools is not null) ?? throw Missing(model);
        if (chat.Documents is not null && !template.ReadsDocuments)
        {
            throw ApiException.Unsupported("documents", $"The chat template of '{model}' does not read 'documents'; leave it out.");
        }

        try
        {
            TemplateText prompt = Render(templates, template, chat);
            prompt = chat.ContinueFinalMessage ? OpenEnd(prompt, FinalText(chat.Messages[^1], template.Content)) : prompt;
            return MarkedText.Of(prompt.Content, prompt.Runs(0, prompt.Length).Where(run => run.Plain).Select(run => run.Start..run.End));
        }
        catch (JsonException error)
        {
            throw ApiException.InvalidValue("messages", $"The messages cannot be rendered: {error.Message}");
        }
        catch (ChatTemplateException error)
        {
            throw Refused(model, error);
        }
    }

    // Most templates want the arguments of earlier calls as a mapping, some (DeepSeek's) as the text that they were: which, shows when
    // they are rendered.
    private static TemplateText Render(ChatTemplateSet templates, ChatTemplate template, ChatConversation chat)
    {
        try
        {
            return templates.Render(InputOf(template, chat, argumentsAreText: false));
        }
        catch (ChatTemplateRenderException fault) when (chat.Messages.Any(message => message.ToolCalls is not null))
        {
            try
            {
                return templates.Render(InputOf(template, chat, argumentsAreText: true));
            }
            catch (ChatTemplateException)
            {
                throw fault;
            }
        }
    }

    private static ChatTemplateInput InputOf(ChatTemplate template, ChatConversation chat, bool argumentsAreText) => new()
    {
        Messages = [.. chat.Messages.Select(message => ValueOf(message, template.Content, argumentsAreText))],
        Tools = chat.Tools is { } tools ? JsonValues.Read(tools) : null,
        Documents = chat.Documents is { } documents ? JsonValues.Read(documents) : null,
        AddGenerationPrompt = chat.AddGenerationPrompt,
        Variables = VariablesOf(chat.Variables, template),
        Now = chat.RenderedAt,
    };

    private static ApiException Refused(string model, ChatTemplateException error) => error switch
    {
        ChatTemplateMissingException => Missing(model),
        ChatTemplateUnsupportedException => new ApiException(ApiError.Invalid(
            $"The chat template of '{model}' is not supported: {error.Message} Use /v1/completions.",
            "messages",
            ApiErrorCodes.ChatTemplateUnsupported)),
        ChatTemplateRefusalException => new ApiException(
            ApiError.Invalid(error.Message, "messages", ApiErrorCodes.ChatTemplateError)),
        _ => new ApiException(ApiError.Invalid(
            $"The chat template of '{model}' failed on these messages: {error.Message}", "messages", ApiErrorCodes.ChatTemplateError)),
    };

    private static ApiException Missing(string model) => new(ApiError.Invalid(
        $"The model '{model}' has no chat template; use /v1/completions.", "messages", ApiErrorCodes.ChatTemplateMissing));

    /// <summary>A message with all its fields; those that are null are left out, as everywhere in the API.</summary>
    private static DictValue ValueOf(ChatMessage message, MessageContent form, bool argumentsAreText)
    {
        Value content = ContentOf(message, form);
        IEnumerable<KeyValuePair<string, Value>> fields = message.Json.EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null && !IsEmptyCalls(field))
            .Select(field => KeyValuePair.Create(field.Name, field.Name switch
            {
                "content" => content,
                "role" when s_roles.TryGetValue(message.Role, out StringValue? role) => role,
                "tool_calls" when !argumentsAreText && message.ToolCalls is { } calls => JsonValues.Read(calls),
                _ => JsonValues.Read(field.Value),
            }));
        return DictValue.Of(message.Json.TryGetProperty("content", out JsonElement given) && given.ValueKind != JsonValueKind.Null
            ? fields
            : fields.Append(KeyValuePair.Create("content", content)));
    }

    // An empty list of tool calls is none.
    private static bool IsEmptyCalls(JsonProperty field) =>
        field.NameEquals("tool_calls") && field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() == 0;

    private static Value ContentOf(ChatMessage message, MessageContent form)
    {
        bool hasParts = message.Json.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Array;
        if (form == MessageContent.Text || (form == MessageContent.Either && !hasParts))
        {
            return StringValue.Plain(message.Content);
        }

        if (hasParts)
        {
            return JsonValues.Read(content);
        }

        // The template only knows parts.
        return new ListValue(message.Content.Length == 0 ? [] : [DictValue.Of(new Dictionary<string, Value>
        {
            ["type"] = StringValue.Plain("text"),
            ["text"] = StringValue.Plain(message.Content),
        })]);
    }

    /// <summary>
    /// The client's variables that the template reads. Others are left out, because a client need not know which model answers; those
    /// that the server sets are refused.
    /// </summary>
    private static Dictionary<string, Value> VariablesOf(JsonElement? variables, ChatTemplate template)
    {
        var allowed = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (JsonProperty variable in variables?.EnumerateObject() ?? default)
        {
            if (ChatTemplateInput.Reserved.Contains(variable.Name) || SpecialTokenVariables.IsName(variable.Name))
            {
                string names = string.Join(", ", template.Variables.Order(StringComparer.Ordinal));
                throw ApiException.InvalidValue(
                    $"{Variables}.{variable.Name}",
                    $"'{variable.Name}' cannot be set in '{Variables}'; this model's template reads {(names.Length > 0 ? names : "none")}.");
            }

            if (template.Variables.Contains(variable.Name))
            {
                allowed[variable.Name] = JsonValues.Read(variable.Value);
            }
        }

        return allowed;
    }

    /// <summary>The text that the prompt has to end in: of parts that came as parts, the last one's.</summary>
    private static string FinalText(ChatMessage message, MessageContent form) =>
        form != MessageContent.Text
        && message.Json.TryGetProperty("content", out JsonElement content)
        && content.ValueKind == JsonValueKind.Array
            ? content[content.GetArrayLength() - 1].GetProperty("text").GetString()!
            : message.Content;

    /// <summary>The prompt cut off right after the last message, whose white space the template may have trimmed.</summary>
    private static TemplateText OpenEnd(TemplateText prompt, string final)
    {
        string trimmed = final.Trim();
        int at = LastPlain(prompt, trimmed);
        if (at < 0)
        {
            throw ApiException.InvalidValue(
                "continue_final_message", "The model's chat template changes the last message, so that it cannot be continued.");
        }

        string tail = final.TrimStart();
        bool keepsSpace = string.CompareOrdinal(prompt.Content, at, tail, 0, tail.Length) == 0;
        return prompt[..(at + (keepsSpace ? tail.Length : trimmed.Length))];
    }

    /// <summary>Where a text of the client comes for the last time; the same text may well be one of the template's, too.</summary>
    private static int LastPlain(TemplateText prompt, string text)
    {
        int at = prompt.Content.LastIndexOf(text, StringComparison.Ordinal);
        while (at >= 0 && prompt.Runs(at, at + text.Length).Any(run => !run.Plain))
        {
            at = prompt.Content.AsSpan(0, at + text.Length - 1).LastIndexOf(text);
        }

        return at;
    }
}
