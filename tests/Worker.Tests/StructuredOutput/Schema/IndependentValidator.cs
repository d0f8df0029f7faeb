using System.Text.Json;
using Json.Schema;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>Another project's validator (JsonSchema.Net), draft 2020-12, formats enforced.</summary>
internal sealed class IndependentValidator(string schema)
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.Flag, RequireFormatValidation = true };

    // A registry of its own: equal schemas would otherwise be refused as registered twice.
    private readonly JsonSchema _schema = JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    public bool IsValid(JsonElement value) => _schema.Evaluate(value, Options).IsValid;
}
