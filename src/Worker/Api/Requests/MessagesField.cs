using System.Text.Json;
using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads <c>messages</c> of a chat request.</summary>
internal static class MessagesField
{
    private const string Name = "messages";
    private static readonly string[] s_roles = ["developer", "system", "user", "assistant", "tool", "function"];

    /// <summary>The messages, at least one.</summary>
    public static List<ChatMessage> Read(Fields fields)
    {
        JsonElement value = fields.Find(Name) ?? throw ApiException.Missing(Name, "an array of at least one message");
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(Name, "an array of messages", value);
        }

        if (value.GetArrayLength() == 0)
        {
            throw ApiException.InvalidValue(Name, "'messages' is empty; at least one message is needed.");
        }

        var messages = new List<ChatMessage>(value.GetArrayLength());
        var calls = new ToolCallsField();
        foreach (JsonElement message in value.EnumerateArray())
        {
            messages.Add(ReadMessage(message, calls, $"{Name}[{messages.Count}]"));
        }

        return messages;
    }

    private static ChatMessage ReadMessage(JsonElement value, ToolCallsField calls, string param)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType(param, "an object with 'role' and 'content'", value);
        }

        var fields = new Fields(value);
        string role = ReadRole(fields, $"{param}.role");
        if (fields.Find("name") is { } name && !ConstraintFields.IsName(Fields.ReadString(name, $"{param}.name")))
        {
            throw ApiException.InvalidValue(
                $"{param}.name", $"'{param}.name' must have 1 to {ApiLimits.NameChars} of the characters a-z, A-Z, 0-9, _ and -.");
        }

        if (role == "tool")
        {
            calls.RequireAnswered(fields, param);
        }

        return new ChatMessage(role, ReadContent(fields, role, $"{param}.content"), value) { ToolCalls = calls.Read(fields, role, param) };
    }

    private static string ReadRole(Fields fields, string param)
    {
        const string Allowed = "a string such as developer, system, user, assistant or tool";
        JsonElement value = fields.Find("role") ?? throw ApiException.Missing(param, Allowed);
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Fields.WrongType(param, Allowed, value);
        }

        string role = Fields.ReadString(value, param);
        if (role.Length is 0 or > ApiLimits.RoleChars)
        {
            throw ApiException.InvalidValue(
                param, $"'{param}' must have 1 to {ApiLimits.RoleChars} characters, but it had {role.Length}.");
        }

        // A template may know roles of its own, but none that is a common one in capitals.
        string? meant = s_roles.FirstOrDefault(known => known != role && known.Equals(role, StringComparison.OrdinalIgnoreCase));
        return meant is null ? role : throw ApiException.InvalidValue(param, $"'{param}' must be written in small letters: {meant}.");
    }

    private static string ReadContent(Fields fields, string role, string param)
    {
        const string Allowed = "a string or a non-empty array of parts {\"type\":\"text\",\"text\":…}";
        if (fields.Find("content") is not { } value)
        {
            return role == "assistant" ? "" : throw ApiException.Missing(param, Allowed + " (null is for the role assistant only)");
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return Fields.ReadString(value, param);
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Fields.WrongType(param, Allowed, value);
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (JsonElement part in value.EnumerateArray())
        {
            texts.Add(ReadPart(part, texts.Count, param));
        }

        return string.Join('\n', texts);
    }

    private static string ReadPart(JsonElement part, int index, string param)
    {
        if (part.ValueKind != JsonValueKind.Object || new Fields(part).Find("type") is not { ValueKind: JsonValueKind.String } type)
        {
            throw ApiException.InvalidValue(param, $"Part {index} of '{param}' must be an object {{\"type\":\"text\",\"text\":…}}.");
        }

        if (!type.ValueEquals("text"))
        {
            throw new ApiException(ApiError.Invalid(
                $"Part {index} of '{param}' is of a type that is not supported by this server; only \"text\" is.",
                param,
                ApiErrorCodes.UnsupportedContentPart));
        }

        return new Fields(part).Find("text") is { ValueKind: JsonValueKind.String } text
            ? Fields.ReadString(text, param)
            : throw ApiException.InvalidValue(param, $"Part {index} of '{param}' must have a string 'text'.");
    }
}
