using System.Text.Json;
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
            $"{format.BeforeName}\"{tool.Name}\"{format.BeforeArguments}", SchemaOf(tool.Parameters), format.AfterArguments))];
        int most = tools.Parallel && !tools.IsNamed ? ApiLimits.ForcedCalls : 1;
        var constraint = StructuredOutput.Constraint.Tagged(format.BeforeCalls, tags, format.BetweenCalls, format.AfterCalls, most);
        return new RequestedConstraint(constraint, "tools")
        {
            TagParams = [.. tools.Callable.Select(tool => $"tools[{tool.Index}].function.parameters")],
        };
    }

    // Arguments are an object, also where the schema takes that for granted.
    private static string SchemaOf(JsonElement? parameters)
    {
        if (parameters is not { } schema)
        {
            return NoParameters;
        }

        string text = schema.GetRawText();
        string rest = text[1..];
        return schema.TryGetProperty("type", out _) ? text
            : schema.GetPropertyCount() == 0 ? """{"type":"object"}"""
            : """{"type":"object",""" + rest;
    }
}
