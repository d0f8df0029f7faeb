using System.Buffers;
using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads what messages say of earlier calls: an assistant's <c>tool_calls</c>, and which of them a tool's message answers.</summary>
internal sealed class ToolCallsField
{
    private static readonly JsonDocumentOptions s_arguments = new() { MaxDepth = ApiLimits.JsonDepth };

    // Calls, a call and its function come on top.
    private static readonly JsonDocumentOptions s_calls = new() { MaxDepth = ApiLimits.JsonDepth + 3 };

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>The calls of a message in the form of chat templates: the arguments as JSON, not as text. Null when it has none.</summary>
    public JsonElement? Read(Fields message, string role, string param)
    {
        param += ".tool_calls";
        if (message.Find("tool_calls") is not { } value || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(param, "an array of {\"id\":…,\"type\":\"function\",\"function\":{\"name\":…,\"arguments\":…}}", value);
        }

        if (role != "assistant")
        {
            throw ApiException.InvalidValue(param, $"'{param}' is for messages of the role assistant only.");
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { MaxDepth = s_calls.MaxDepth }))
        {
            writer.WriteStartArray();
            int index = 0;
            foreach (JsonElement call in value.EnumerateArray())
            {
                WriteCall(call, $"{param}[{index++}]", writer);
            }

            writer.WriteEndArray();
        }

        return JsonElement.Parse(json.WrittenSpan, s_calls);
    }

    /// <summary>Checks that the message of a tool says which call it answers.</summary>
    public void RequireAnswered(Fields message, string param)
    {
        param += ".tool_call_id";
        JsonElement id = message.Find("tool_call_id") ?? throw ApiException.Missing(param, "the id of the call that the message answers");
        if (!_ids.Contains(Fields.ReadString(id, param)))
        {
            throw ApiException.InvalidValue(param, $"'{param}' must be the id of a call in 'tool_calls' of an earlier message.");
        }
    }

    private void WriteCall(JsonElement call, string param, Utf8JsonWriter writer)
    {
        if (call.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType(param, "an object with 'id', 'type' and 'function'", call);
        }

        var fields = new Fields(call);
        string id = ReadText(fields, "id", param);
        if (id.Length == 0)
        {
            throw ApiException.InvalidValue($"{param}.id", $"'{param}.id' must not be empty.");
        }

        if (fields.Find("type") is { } type && Fields.ReadString(type, $"{param}.type") != "function")
        {
            throw ApiException.Unsupported($"{param}.type", "Only calls of the type \"function\" are supported by this server.");
        }

        JsonElement value = fields.Find("function") ?? throw ApiException.Missing($"{param}.function", "an object with 'name' and 'arguments'");
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType($"{param}.function", "an object with 'name' and 'arguments'", value);
        }

        var function = new Fields(value);
        string name = ReadText(function, "name", $"{param}.function");
        if (!ConstraintFields.IsName(name))
        {
            throw ApiException.InvalidValue(
                $"{param}.function.name", $"'{param}.function.name' must have 1 to {ApiLimits.NameChars} of the characters a-z, A-Z, 0-9, _ and -.");
        }

        string arguments = ReadText(function, "arguments", $"{param}.function");
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, name);
        writer.WritePropertyName("arguments"u8);
        WriteArguments(arguments, $"{param}.function.arguments", writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
        _ids.Add(id);
    }

    // Some models write nothing where there is nothing to say.
    private static void WriteArguments(string arguments, string param, Utf8JsonWriter writer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments, s_arguments);
            json.RootElement.WriteTo(writer);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair shows only when the string that holds it is taken, as InvalidOperationException.
            throw ApiException.InvalidValue(param, $"'{param}' must be JSON, at most {ApiLimits.JsonDepth} deep.");
        }
    }

    private static string ReadText(Fields fields, string name, string param)
    {
        param += $".{name}";
        return Fields.ReadString(fields.Find(name) ?? throw ApiException.Missing(param, "a string"), param);
    }
}
