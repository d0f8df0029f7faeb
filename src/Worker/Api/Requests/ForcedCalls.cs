using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Requests;

/// <summary>Makes of functions that have to be called what the output must be: calls in the model's own format, and nothing else.</summary>
internal static class ForcedCalls
{
    private const string NoParameters = """{"type":"object","properties":{},"additionalProperties":false}""";

    /// <summary>The constraint.</summary>
    public static RequestedConstraint Constraint(RequestedTools tools, ToolCallFormat format)
    {
        ConstraintTag[] tags = [.. tools.Callable.Select(tool => new ConstraintTag(
            $"{format.BeforeName}\"{tool.Name}\"{format.BeforeArguments}",
            SchemaOf(tool.Parameters, ParamOf(tool.Index)),
            format.AfterArguments))];
        int most = tools.Parallel && !tools.IsNamed ? ApiLimits.ForcedCalls : 1;
        var constraint = StructuredOutput.Constraint.Tagged(format.BeforeCalls, tags, format.BetweenCalls, format.AfterCalls, most);
        return new RequestedConstraint(constraint, "tools")
        {
            TagParams = [.. tools.Callable.Select(tool => ParamOf(tool.Index))],
        };
    }

    private static string ParamOf(int tool) => $"tools[{tool}].function.parameters";

    // Arguments are an object, also where the schema takes that for granted.
    private static string SchemaOf(JsonElement? parameters, string param)
    {
        if (parameters is not { } schema)
        {
            return NoParameters;
        }

        string text = schema.GetRawText();
        if (schema.TryGetProperty("type", out JsonElement type))
        {
            return type.ValueKind == JsonValueKind.String && type.ValueEquals("object")
                ? text
                : throw new ApiException(ApiError.Invalid($"'{param}' must be a JSON schema of the type \"object\".", param, ApiErrorCodes.InvalidSchema));
        }

        return schema.GetPropertyCount() == 0 ? """{"type":"object"}""" : """{"type":"object",""" + text[1..];
    }
}
