using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads the fields of a chat request that its prompt is made of.</summary>
internal static class ConversationFields
{
    private const string AddGenerationPrompt = "add_generation_prompt";
    private const string ContinueFinalMessage = "continue_final_message";
    private const string Variables = "chat_template_kwargs";
    private const string Documents = "documents";

    /// <summary>The conversation of a body.</summary>
    public static ChatConversation Read(Fields fields, DateTimeOffset renderedAt)
    {
        List<ChatMessage> messages = MessagesField.Read(fields);
        bool continues = fields.Flag(ContinueFinalMessage);
        bool opens = fields.Find(AddGenerationPrompt) is null ? !continues : fields.Flag(AddGenerationPrompt);
        if (continues && opens)
        {
            throw ApiException.InvalidValue(
                ContinueFinalMessage, $"'{ContinueFinalMessage}' and '{AddGenerationPrompt}' cannot both be true.");
        }

        if (continues && messages[^1].Role != "assistant")
        {
            throw ApiException.InvalidValue(
                ContinueFinalMessage,
                $"'{ContinueFinalMessage}' needs a last message with the role assistant, but it was {messages[^1].Role}.");
        }

        return new ChatConversation(messages, opens, continues, ReadDocuments(fields), ReadVariables(fields), renderedAt);
    }

    private static JsonElement? ReadVariables(Fields fields) => fields.Find(Variables) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => value,
        { } other => throw Fields.WrongType(Variables, "an object such as {\"enable_thinking\":false}", other),
    };

    private static JsonElement? ReadDocuments(Fields fields)
    {
        const string Allowed = "an array of objects such as {\"title\":…,\"text\":…}";
        if (fields.Find(Documents) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(Documents, Allowed, value);
        }

        int at = 0;
        foreach (JsonElement document in value.EnumerateArray())
        {
            if (document.ValueKind != JsonValueKind.Object)
            {
                throw Fields.WrongType($"{Documents}[{at}]", "an object", document);
            }

            at++;
        }

        return at == 0 ? null : value;
    }
}
