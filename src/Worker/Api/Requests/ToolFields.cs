using System.Buffers;
using System.Text.Json;
using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
internal static class ToolFields
{
    private const string Name = "tools";

    /// <summary>The functions; null when there are none, or none may be called.</summary>
    public static RequestedTools? Read(Fields fields)
    {
        bool parallel = fields.Flag("parallel_tool_calls", otherwise: true);
        if (fields.Find(Name) is not { } value)
        {
            ToolChoiceField.RefuseWithoutTools(fields);
            return null;
        }

        const string Allowed = "a non-empty array of {\"type\":\"function\",\"function\":{\"name\":…}}";
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Fields.WrongType(Name, Allowed, value);
        }

        if (value.GetArrayLength() > ApiLimits.Tools)
        {
            throw new ApiException(ApiError.Invalid(
                $"'{Name}' has {value.GetArrayLength()} functions; at most {ApiLimits.Tools} are allowed.", Name, ApiErrorCodes.ArrayTooLong));
        }

        var tools = new List<ToolDefinition>();
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            foreach (JsonElement tool in value.EnumerateArray())
            {
                tools.Add(ReadTool(tool, tools, writer));
            }

            writer.WriteEndArray();
        }

        ToolChoice choice = ToolChoiceField.Read(fields);
        return choice.Kind switch
        {
            ToolChoiceKind.None => null,
            ToolChoiceKind.Named => new RequestedTools([Named(tools, choice.Name!)], Parse(json), true, true, parallel),
            _ => new RequestedTools(tools, Parse(json), choice.Kind == ToolChoiceKind.Required, false, parallel),
        };
    }

    private static ToolDefinition Named(List<ToolDefinition> tools, string name) => tools.Find(tool => tool.Name == name)
        ?? throw ApiException.InvalidValue(
            ToolChoiceField.NameParam, $"'{ToolChoiceField.NameParam}' must be the name of one of the 'tools'.");

    private static JsonElement Parse(ArrayBufferWriter<byte> json) =>
        JsonElement.Parse(json.WrittenSpan, new JsonDocumentOptions { MaxDepth = ApiLimits.JsonDepth });

    private static ToolDefinition ReadTool(JsonElement value, List<ToolDefinition> before, Utf8JsonWriter json)
    {
        string param = $"{Name}[{before.Count}]";
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType(param, "an object {\"type\":\"function\",\"function\":…}", value);
        }

        var fields = new Fields(value);
        JsonElement type = fields.Find("type") ?? throw ApiException.Missing($"{param}.type", "\"function\"");
        if (Fields.ReadString(type, $"{param}.type") != "function")
        {
            throw ApiException.Unsupported($"{param}.type", "Only tools of the type \"function\" are supported by this server.");
        }

        JsonElement function = fields.Find("function") ?? throw ApiException.Missing($"{param}.function", "an object with 'name'");
        return function.ValueKind == JsonValueKind.Object
            ? ReadFunction(new Fields(function), $"{param}.function", before, json)
            : throw Fields.WrongType($"{param}.function", "an object with 'name'", function);
    }

    // What the template gets is written anew, in the order of OpenAI's description: only these fields, and none that is null.
    private static ToolDefinition ReadFunction(Fields fields, string param, List<ToolDefinition> before, Utf8JsonWriter json)
    {
        string name = ReadName(fields, $"{param}.name");
        if (before.Exists(other => other.Name == name))
        {
            throw ApiException.InvalidValue($"{param}.name", $"'{param}.name' is the name of an earlier tool too; names must differ.");
        }

        JsonElement? parameters = fields.Find("parameters");
        if (parameters is { } schema && schema.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType($"{param}.parameters", "a JSON schema, an object", schema);
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, name);
        if (fields.Find("description") is { } description)
        {
            json.WriteString("description"u8, Fields.ReadString(description, $"{param}.description"));
        }

        if (parameters is { } given)
        {
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(given.GetRawText(), skipInputValidation: true);
        }

        bool strict = fields.Flag("strict", $"{param}.strict");
        if (fields.Find("strict") is not null)
        {
            json.WriteBoolean("strict"u8, strict);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return new ToolDefinition(name, parameters, before.Count);
    }

    private static string ReadName(Fields fields, string param)
    {
        JsonElement value = fields.Find("name") ?? throw ApiException.Missing(param, "the function's name");
        return Fields.ReadString(value, param) is var name && ConstraintFields.IsName(name)
            ? name
            : throw ApiException.InvalidValue(
                param, $"'{param}' must have 1 to {ApiLimits.NameChars} of the characters a-z, A-Z, 0-9, _ and -.");
    }
}
