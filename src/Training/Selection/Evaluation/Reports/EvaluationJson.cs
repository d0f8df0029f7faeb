using System.Text.Json;
using System.Text.Json.Serialization;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>A report as one JSON object: snake_case names, what is not known left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvaluationReport))]
public sealed partial class EvaluationJson : JsonSerializerContext
{
    /// <summary>The JSON.</summary>
    public static string Write(EvaluationReport report) => JsonSerializer.Serialize(report, Default.EvaluationReport);
}
