using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Reads the fields that say what the output must be: OpenAI's <c>response_format</c>, vLLM's <c>structured_outputs</c> and its older
/// <c>guided_*</c>. They mean the same, so that only one of them may be given.
/// </summary>
internal static class ConstraintFields
{
    private const string Format = "response_format";
    private const string Structured = "structured_outputs";
    private static readonly string[] s_structured = ["json", "regex", "choice", "grammar", "json_object"];

    /// <summary>The constraint of a body, null when the output may be anything.</summary>
    public static RequestedConstraint? Read(Fields fields)
    {
        var given = new List<RequestedConstraint>();
        if (fields.Find(Format) is { } format && ReadFormat(format) is { } wanted)
        {
            given.Add(wanted);
        }

        AddGuides(fields, "guided_", given);
        if (fields.Find(Structured) is { } structured)
        {
            AddStructured(structured, given);
        }

        return given.Count <= 1
            ? given.FirstOrDefault()
            : throw ApiException.InvalidValue(
                given[1].Param, $"'{given[0].Param}' and '{given[1].Param}' both say what the output must be; send one of them.");
    }

    /// <summary>Whether a name can stand for a schema or a function: what OpenAI allows.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= ApiLimits.NameChars && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static RequestedConstraint? ReadFormat(JsonElement value)
    {
        const string Allowed = "an object whose 'type' is \"text\", \"json_object\" or \"json_schema\"";
        if (value.ValueKind != JsonValueKind.Object || new Fields(value).Find("type") is not { ValueKind: JsonValueKind.String } type)
        {
            throw Invalid(Format, $"'{Format}' must be {Allowed}.");
        }

        if (type.ValueEquals("text"))
        {
            return null;
        }

        if (type.ValueEquals("json_object"))
        {
            // llama.cpp and others let a schema stand here.
            return new Fields(value).Find("schema") is { } schema
                ? ReadSchema(schema, $"{Format}.schema")
                : new RequestedConstraint(Constraint.JsonObject, Format);
        }

        return type.ValueEquals("json_schema")
            ? ReadNamedSchema(new Fields(value).Find("json_schema"))
            : throw Invalid($"{Format}.type", $"'{Format}' must be {Allowed}.");
    }

    private static RequestedConstraint ReadNamedSchema(JsonElement? value)
    {
        const string Param = $"{Format}.json_schema";
        if (value is not { ValueKind: JsonValueKind.Object } named)
        {
            throw Invalid(Param, $"'{Param}' must be an object with 'name' and 'schema'.");
        }

        var fields = new Fields(named);
        JsonElement name = fields.Find("name") ?? throw Invalid($"{Param}.name", $"'{Param}.name' is missing: the name of the schema.");
        if (!IsName(Fields.ReadString(name, $"{Param}.name")))
        {
            throw Invalid($"{Param}.name", $"'{Param}.name' must have 1 to {ApiLimits.NameChars} of the characters a-z, A-Z, 0-9, _ and -.");
        }

        // Whether strict or not, the output keeps to the schema.
        fields.Flag("strict", $"{Param}.strict");
        JsonElement schema = fields.Find("schema") ?? throw Invalid($"{Param}.schema", $"'{Param}.schema' is missing: a JSON schema.");
        return ReadSchema(schema, $"{Param}.schema");
    }

    private static void AddStructured(JsonElement value, List<RequestedConstraint> given)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(Structured, $"'{Structured}' must be an object with one of 'json', 'regex', 'choice' and 'json_object'.");
        }

        // What is not known here might have narrowed the output.
        string? unknown = value.EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null)
            .Select(field => field.Name)
            .FirstOrDefault(name => !s_structured.Contains(name));
        if (unknown is not null)
        {
            unknown = unknown.Length <= ApiLimits.NameChars ? unknown : unknown[..ApiLimits.NameChars] + "…";
            throw ApiException.Unsupported($"{Structured}.{unknown}", $"'{Structured}.{unknown}' is not supported by this server.");
        }

        int before = given.Count;
        var fields = new Fields(value);
        AddGuides(fields, "", given, Structured + ".");
        if (fields.Flag("json_object", $"{Structured}.json_object"))
        {
            given.Add(new RequestedConstraint(Constraint.JsonObject, $"{Structured}.json_object"));
        }

        if (given.Count == before)
        {
            throw Invalid(Structured, $"'{Structured}' must have one of 'json', 'regex', 'choice' and 'json_object'.");
        }
    }

    private static void AddGuides(Fields fields, string prefix, List<RequestedConstraint> given, string path = "")
    {
        if (fields.Find(prefix + "json") is { } schema)
        {
            given.Add(ReadSchema(schema, $"{path}{prefix}json"));
        }

        if (fields.Find(prefix + "regex") is { } regex)
        {
            string param = $"{path}{prefix}regex";
            given.Add(new RequestedConstraint(Constraint.Regex(Fields.ReadString(regex, param)), param));
        }

        if (fields.Find(prefix + "choice") is { } choices)
        {
            given.Add(ReadChoices(choices, $"{path}{prefix}choice"));
        }

        if (fields.Find(prefix + "grammar") is not null)
        {
            string param = $"{path}{prefix}grammar";
            throw ApiException.Unsupported(param, $"'{param}' is not supported by this server; use a JSON schema or a regular expression.");
        }
    }

    private static RequestedConstraint ReadSchema(JsonElement value, string param) => value.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False =>
            new RequestedConstraint(Constraint.JsonSchema(value.GetRawText()), param),
        // vLLM takes the schema's text too.
        JsonValueKind.String => new RequestedConstraint(Constraint.JsonSchema(Fields.ReadString(value, param)), param),
        _ => throw Invalid(param, $"'{param}' must be a JSON schema: an object, true or false."),
    };

    private static RequestedConstraint ReadChoices(JsonElement value, string param)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Invalid(param, $"'{param}' must be an array of at least one string.");
        }

        var choices = new List<string>(value.GetArrayLength());
        foreach (JsonElement choice in value.EnumerateArray())
        {
            choices.Add(Fields.ReadString(choice, $"{param}[{choices.Count}]"));
        }

        return new RequestedConstraint(Constraint.Choice(choices), param);
    }

    private static ApiException Invalid(string param, string message) =>
        new(ApiError.Invalid(message, param, ApiErrorCodes.InvalidSchema));
}
