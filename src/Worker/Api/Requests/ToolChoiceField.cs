using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads <c>tool_choice</c>.</summary>
internal static class ToolChoiceField
{
    /// <summary>Where the named function is named.</summary>
    public const string NameParam = $"{Name}.function.name";

    private const string Name = "tool_choice";
    private const string Allowed =
        "\"none\", \"auto\", \"required\" or {\"type\":\"function\",\"function\":{\"name\":…}}";

    /// <summary>The choice; the model decides without one.</summary>
    public static ToolChoice Read(Fields fields)
    {
        if (fields.Find(Name) is not { } value)
        {
            return new ToolChoice(ToolChoiceKind.Auto);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => ReadNamed(new Fields(value)),
            JsonValueKind.String when value.ValueEquals("auto") => new ToolChoice(ToolChoiceKind.Auto),
            JsonValueKind.String when value.ValueEquals("none") => new ToolChoice(ToolChoiceKind.None),
            JsonValueKind.String when value.ValueEquals("required") => new ToolChoice(ToolChoiceKind.Required),
            JsonValueKind.String => throw ApiException.InvalidValue(Name, $"'{Name}' must be {Allowed}."),
            _ => throw Fields.WrongType(Name, Allowed, value),
        };
    }

    /// <summary>A request without tools may only say that it wants none called.</summary>
    public static void RefuseWithoutTools(Fields fields)
    {
        if (Read(fields).Kind != ToolChoiceKind.None && fields.Find(Name) is not null)
        {
            throw ApiException.InvalidValue(Name, $"'{Name}' is allowed only when 'tools' are given.");
        }
    }

    private static ToolChoice ReadNamed(Fields fields)
    {
        JsonElement type = fields.Find("type") ?? throw ApiException.Missing($"{Name}.type", "\"function\"");
        if (Fields.ReadString(type, $"{Name}.type") != "function")
        {
            throw ApiException.Unsupported($"{Name}.type", $"'{Name}' with this type is not supported by this server; it must be {Allowed}.");
        }

        JsonElement function = fields.Find("function") ?? throw ApiException.Missing($"{Name}.function", "an object with 'name'");
        if (function.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType($"{Name}.function", "an object with 'name'", function);
        }

        JsonElement name = new Fields(function).Find("name") ?? throw ApiException.Missing(NameParam, "the name of one of the 'tools'");
        return new ToolChoice(ToolChoiceKind.Named, Fields.ReadString(name, NameParam));
    }
}
